-- Nothing is written any more for what has ended, and what has ended stays as it was.

-- Set when a run is told to end; finished_at follows when nothing of it can commit any more.
ALTER TABLE migration.run ADD COLUMN ending text;

-- The run's account when it ended, as JSON: what later runs add to the ledger is theirs.
ALTER TABLE migration.run ADD COLUMN account text;

-- Who can tell whether the holder is still at work.
ALTER TABLE migration.tenant_lock ADD COLUMN task_hub text;

-- The run of a client's Idempotency-Key.
ALTER TABLE migration.run ADD COLUMN idempotency_key text UNIQUE;

-- The advisory lock that every writing transaction of a run or a repair shares, and that its end takes alone.
CREATE FUNCTION migration.work_lock(work text) RETURNS bigint LANGUAGE sql IMMUTABLE AS
  $body$ SELECT hashtextextended('work/' || work, 0) $body$;

CREATE FUNCTION migration.has_ended(work text) RETURNS boolean LANGUAGE sql AS
  $body$
  SELECT EXISTS (SELECT FROM migration.run WHERE run_id = work AND (ending IS NOT NULL OR finished_at IS NOT NULL))
      OR EXISTS (SELECT FROM migration.repair WHERE repair_id = work AND finished_at IS NOT NULL)
  $body$;

-- Asked by each writing transaction: while it lasts the run or repair cannot end, and once that has ended it is false. Looked at
-- before, so that nobody queues behind an end that waits, and after, with a snapshot of its own.
CREATE FUNCTION migration.may_write(work text) RETURNS boolean LANGUAGE plpgsql AS $body$
BEGIN
  IF migration.has_ended(work) THEN
    RETURN false;
  END IF;
  PERFORM pg_advisory_xact_lock_shared(migration.work_lock(work));
  RETURN NOT migration.has_ended(work);
END
$body$;

-- What loads a table without its secondary indexes: the last of them makes them again.
CREATE TABLE migration.table_load (
  table_name  text NOT NULL,
  run_id      text NOT NULL REFERENCES migration.run ON DELETE CASCADE,
  PRIMARY KEY (table_name, run_id)
);
