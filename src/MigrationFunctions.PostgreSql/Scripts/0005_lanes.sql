-- What bounds a run: its limits as they are in force, slots for readers and writers, and the order of its tenants.

CREATE TABLE migration.run_control (
  run_id          text PRIMARY KEY REFERENCES migration.run ON DELETE CASCADE,
  version         int  NOT NULL,
  source_readers  int  NOT NULL,
  target_writers  int  NOT NULL,         -- those allowed now: the limit, or what the throttle leaves of it
  limits          text NOT NULL,         -- as JSON
  throttle        text NOT NULL          -- where the throttle stands, as JSON
);

-- Rows that are worked on first stand first: the largest tenant would otherwise run alone at the end.
ALTER TABLE migration.run_tenant ADD COLUMN weight bigint NOT NULL DEFAULT 0;

-- Counting a tenant's rejected rows must not grow with its batches.
CREATE INDEX batch_state_rejected ON migration.batch_state (ledger, manifest, tenant_id) INCLUDE (rows_rejected)
  WHERE rows_rejected > 0;

-- A slot is an advisory lock of the transaction: one that ends, however it ends, gives it back.
CREATE FUNCTION migration.take_slot(run text, kind text, allowed int) RETURNS boolean LANGUAGE plpgsql AS $body$
BEGIN
  FOR slot IN 1..allowed LOOP
    IF pg_try_advisory_xact_lock(hashtextextended('slot/' || run || '/' || kind || '/' || slot, 0)) THEN
      RETURN true;
    END IF;
  END LOOP;
  RETURN false;
END
$body$;

-- Takes what is asked for; NULL when it was there, else the kind that was not. A run without control is not bounded.
CREATE FUNCTION migration.take_slots(run text, reader boolean, writer boolean) RETURNS text LANGUAGE plpgsql AS $body$
DECLARE
  control migration.run_control;
BEGIN
  SELECT * INTO control FROM migration.run_control WHERE run_id = run;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  IF writer AND NOT migration.take_slot(run, 'writer', control.target_writers) THEN
    RETURN 'writer';
  END IF;
  IF reader AND NOT migration.take_slot(run, 'reader', control.source_readers) THEN
    RETURN 'reader';
  END IF;
  RETURN NULL;
END
$body$;
