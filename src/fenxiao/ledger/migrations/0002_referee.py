"""The database as referee of the books; docs/decisions/0003-the-database-is-the-referee.md says why it is built so.

Every trigger works on a whole statement, so its price is one look-up per transfer and one update per account, however
many lines a settlement writes.
"""

from django.db import migrations

# A posting must find its transfer and its account, come together with every other posting of its transfer, and
# balance with them; since none is of zero (a check of the table), what balances has two or more. Then the accounts' balances follow, each updated once, locked in the order of their ids.
#
# The settings keep the plan to index look-ups: the plan is cached by the first, perhaps small, statement of a session
# and a sequential scan that was right for an empty table would be repeated over a full one.
POSTINGS_ARE_WHOLE = """
CREATE FUNCTION ledger_postings_written() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    wrong record;
    touched bigint;
    moved bigint;
BEGIN
    SELECT n.transfer_id, n.legs, n.total, t.id AS known, w.legs AS legs_in_all INTO wrong
    FROM (SELECT transfer_id, count(*) AS legs, sum(amount_fen) AS total FROM written GROUP BY transfer_id) n
    LEFT JOIN ledger_transfer t ON t.id = n.transfer_id
    CROSS JOIN LATERAL (SELECT count(*) AS legs FROM ledger_posting p WHERE p.transfer_id = n.transfer_id) w
    WHERE t.id IS NULL OR n.total <> 0 OR w.legs <> n.legs
    ORDER BY n.transfer_id LIMIT 1;
    IF wrong.known IS NULL AND wrong.transfer_id IS NOT NULL THEN
        RAISE EXCEPTION 'ledger: transfer % of a posting does not exist', wrong.transfer_id
            USING ERRCODE = 'foreign_key_violation';
    ELSIF wrong.total <> 0 THEN
        RAISE EXCEPTION 'ledger: the postings of transfer % sum to %, not to zero', wrong.transfer_id, wrong.total
            USING ERRCODE = 'check_violation';
    ELSIF wrong.legs <> wrong.legs_in_all THEN
        RAISE EXCEPTION 'ledger: transfer % is written already; nothing is added to it', wrong.transfer_id
            USING ERRCODE = 'restrict_violation';
    END IF;

    PERFORM 1 FROM ledger_account a WHERE a.id IN (SELECT account_id FROM written) ORDER BY a.id FOR NO KEY UPDATE;
    UPDATE ledger_account a SET balance_fen = a.balance_fen + d.total
    FROM (SELECT account_id, sum(amount_fen) AS total FROM written GROUP BY account_id) d
    WHERE a.id = d.account_id;
    GET DIAGNOSTICS moved = ROW_COUNT;
    SELECT count(DISTINCT account_id) INTO touched FROM written;
    IF moved <> touched THEN
        RAISE EXCEPTION 'ledger: % of % accounts of these postings do not exist', touched - moved, touched
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER postings_are_whole AFTER INSERT ON ledger_posting
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION ledger_postings_written();
"""

# A transfer is written before its postings, so whether it has any is known at commit. PostgreSQL defers row triggers
# only, and one per transfer is dear; so each statement leaves one row naming all its transfers, and the deferred
# trigger of that one row looks at them together and takes it away again.
TRANSFERS_HAVE_POSTINGS = """
CREATE TABLE ledger_unposted (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, transfers bigint[] NOT NULL);

CREATE FUNCTION ledger_transfers_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_unposted (transfers) SELECT array_agg(id) FROM written HAVING count(*) > 0;
    RETURN NULL;
END $$;

CREATE TRIGGER transfers_are_looked_at AFTER INSERT ON ledger_transfer
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION ledger_transfers_written();

CREATE FUNCTION ledger_transfers_have_postings() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    bare bigint;
BEGIN
    SELECT t INTO bare FROM unnest(NEW.transfers) t
    WHERE NOT EXISTS (SELECT 1 FROM ledger_posting p WHERE p.transfer_id = t) LIMIT 1;
    IF bare IS NOT NULL THEN
        RAISE EXCEPTION 'ledger: transfer % has no postings', bare USING ERRCODE = 'check_violation';
    END IF;
    DELETE FROM ledger_unposted WHERE id = NEW.id;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER transfers_have_postings AFTER INSERT ON ledger_unposted
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_transfers_have_postings();
"""

# What is written stays. Truncation has triggers of its own, since it is also how a test database is emptied.
NOTHING_IS_EDITED = """
CREATE FUNCTION ledger_refuse_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger: % is append-only, % is refused; write a new transfer that mirrors the old one',
        TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION ledger_refuse_balance_edit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'ledger: accounts follow their postings, % is refused; write a transfer', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER no_edit BEFORE UPDATE OR DELETE ON ledger_posting
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_edit();
CREATE TRIGGER no_edit BEFORE UPDATE OR DELETE ON ledger_transfer
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_edit();
CREATE TRIGGER no_edit BEFORE UPDATE OR DELETE ON ledger_account
FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION ledger_refuse_balance_edit();

CREATE FUNCTION ledger_refuse_opening_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM written WHERE balance_fen <> 0) THEN
        RAISE EXCEPTION 'ledger: an account opens with nothing in it; write a transfer'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER opens_empty AFTER INSERT ON ledger_account
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_opening_balance();

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_posting
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_edit();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_transfer
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_edit();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON ledger_account
FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_balance_edit();
"""

# Bulk writing by COPY names no moment of writing.
WRITTEN_BY_THE_CLOCK = "ALTER TABLE ledger_transfer ALTER COLUMN written_at SET DEFAULT now();"

UNDO = """
DROP FUNCTION ledger_postings_written, ledger_transfers_written, ledger_refuse_edit, ledger_refuse_balance_edit,
    ledger_refuse_opening_balance CASCADE;
DROP TABLE ledger_unposted;
DROP FUNCTION ledger_transfers_have_postings;
ALTER TABLE ledger_transfer ALTER COLUMN written_at DROP DEFAULT;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(
            [POSTINGS_ARE_WHOLE, TRANSFERS_HAVE_POSTINGS, NOTHING_IS_EDITED, WRITTEN_BY_THE_CLOCK], [UNDO]
        ),
    ]
