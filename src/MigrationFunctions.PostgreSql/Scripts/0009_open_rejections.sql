-- No rejection is final: it is open until the row is written, or the source no longer has it for the target.

ALTER TABLE migration.rejected_row
  ADD COLUMN tried_run_id  text,           -- the run or repair that tried the row last
  ADD COLUMN closed_as     text CHECK (closed_as IN ('written', 'gone', 'filtered')),
  ADD COLUMN closed_run_id text,           -- the run or repair that closed it
  ADD COLUMN closed_at     timestamptz,
  ADD CHECK ((closed_as IS NULL) = (closed_run_id IS NULL) AND (closed_as IS NULL) = (closed_at IS NULL));
UPDATE migration.rejected_row SET tried_run_id = run_id;
ALTER TABLE migration.rejected_row ALTER COLUMN tried_run_id SET NOT NULL;
CREATE INDEX rejected_row_open ON migration.rejected_row (ledger, manifest, tenant_id, entity, legacy_key)
  WHERE closed_as IS NULL;

-- Rows that a replay or a repair wrote: with the batches all that this manifest has written.
CREATE TABLE migration.written_row (
  ledger      text NOT NULL,
  manifest    text NOT NULL,
  tenant_id   uuid NOT NULL,
  entity      text NOT NULL,
  id          uuid NOT NULL,
  run_id      text NOT NULL,
  written_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (ledger, manifest, tenant_id, entity, id)
);

-- A verdict is drawn from what both sides hold, not from what batches said they wrote.
ALTER TABLE migration.entity_state
  ADD COLUMN planned_run_id       text,    -- the run that found no row after the last boundary
  ADD COLUMN target_rows          bigint,  -- counted when the slice was completed
  ADD COLUMN filtered_correction  bigint NOT NULL DEFAULT 0;  -- what a reconciliation of every row found beyond the batches' sum
