"""A published policy never changes and never goes."""

from django.db import migrations

GUARD = """
CREATE FUNCTION quality_policy_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.published_at IS NOT NULL THEN
    RAISE EXCEPTION 'policy % is published and never changes', OLD.number USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER quality_policy_stays BEFORE UPDATE OR DELETE ON quality_policy
  FOR EACH ROW EXECUTE FUNCTION quality_policy_stays();
"""


class Migration(migrations.Migration):
    """The database as the referee."""

    dependencies = [("quality", "0001_initial")]
    operations = [
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER quality_policy_stays ON quality_policy; DROP FUNCTION quality_policy_stays();",
        )
    ]
