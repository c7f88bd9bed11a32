-- The audit log as a chain: every entry holds the hash of the one before it, so that none can be changed, taken out or put in
-- without breaking what follows. Entries are numbered without gaps by the trigger, which also keeps the chain's head.

ALTER TABLE migration.audit_log ALTER COLUMN audit_id DROP IDENTITY;
ALTER TABLE migration.audit_log
  ADD COLUMN actor    text NOT NULL DEFAULT 'unknown',
  ADD COLUMN tenant   text,
  ADD COLUMN counts   jsonb,
  ADD COLUMN outcome  text,
  ADD COLUMN previous bytea,
  ADD COLUMN hash     bytea;
CREATE INDEX audit_log_by_run ON migration.audit_log (run_id, audit_id);

CREATE TABLE migration.audit_head (
  is_only  boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  entries  bigint NOT NULL,
  hash     bytea NOT NULL
);

-- What of an entry is hashed: its fields as a JSON array, whose text PostgreSQL makes the same way always.
CREATE FUNCTION migration.audit_text(entry migration.audit_log) RETURNS text LANGUAGE sql STABLE AS $body$
  SELECT jsonb_build_array(
    entry.audit_id, entry.run_id, entry.action, entry.detail,
    to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), entry.actor, entry.tenant, entry.counts,
    entry.outcome)::text
$body$;

-- Writers queue for the head until the transaction of the one before them has ended.
CREATE FUNCTION migration.audit_append() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
  head migration.audit_head;
BEGIN
  SELECT * INTO STRICT head FROM migration.audit_head FOR UPDATE;
  NEW.audit_id := head.entries + 1;
  NEW.previous := head.hash;
  NEW.hash := sha256(head.hash || convert_to(migration.audit_text(NEW), 'UTF8'));
  UPDATE migration.audit_head SET entries = NEW.audit_id, hash = NEW.hash;
  RETURN NEW;
END
$body$;

CREATE FUNCTION migration.audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION 'The audit log is append-only: % is refused.', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$body$;

-- Entries from before the chain are put on it in their order.
INSERT INTO migration.audit_head (entries, hash) VALUES (0, decode(repeat('00', 32), 'hex'));
CREATE TEMPORARY TABLE audit_before ON COMMIT DROP AS SELECT * FROM migration.audit_log;
DELETE FROM migration.audit_log;
CREATE TRIGGER audit_append BEFORE INSERT ON migration.audit_log FOR EACH ROW EXECUTE FUNCTION migration.audit_append();
INSERT INTO migration.audit_log (audit_id, run_id, action, detail, at, actor)
SELECT 0, run_id, action, detail, at, actor FROM audit_before ORDER BY audit_id;

CREATE TRIGGER audit_refuse BEFORE UPDATE OR DELETE ON migration.audit_log
  FOR EACH ROW EXECUTE FUNCTION migration.audit_refuse();
CREATE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON migration.audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION migration.audit_refuse();
