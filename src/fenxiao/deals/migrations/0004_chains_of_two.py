# A chain of applications has two links at most: a second's application hangs on a first's (depth 1) of the same product,
# and on nothing else. The key below says so to the database, whatever a service may do.

from django.db import migrations

FORWARD = """
ALTER TABLE deals_application ADD CONSTRAINT application_by_depth UNIQUE (id, depth, product_id);
ALTER TABLE deals_application ADD COLUMN first_depth smallint GENERATED ALWAYS AS
    (CASE WHEN first_id IS NULL THEN NULL ELSE 1 END) STORED;
ALTER TABLE deals_application ADD CONSTRAINT application_hangs_on_a_first
    FOREIGN KEY (first_id, first_depth, product_id) REFERENCES deals_application (id, depth, product_id);
"""
BACK = """
ALTER TABLE deals_application DROP CONSTRAINT application_hangs_on_a_first;
ALTER TABLE deals_application DROP COLUMN first_depth;
ALTER TABLE deals_application DROP CONSTRAINT application_by_depth;
"""


class Migration(migrations.Migration):
    dependencies = [("deals", "0003_spells_and_rows")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
