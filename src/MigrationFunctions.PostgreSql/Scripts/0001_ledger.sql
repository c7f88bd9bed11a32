-- The migration's own bookkeeping, in the target database so that a batch's record commits with its rows.

CREATE TABLE migration.run (
  run_id        text PRIMARY KEY,
  manifest      text NOT NULL,
  mode          text NOT NULL,
  ledger        text NOT NULL,
  context       text NOT NULL,          -- the run as JSON: manifest, options, what was asked for
  state         text NOT NULL,
  failure       text,
  findings      text NOT NULL DEFAULT '[]',
  requested_at  timestamptz NOT NULL,
  finished_at   timestamptz
);
CREATE INDEX run_by_ledger ON migration.run (ledger, manifest, requested_at DESC);

CREATE TABLE migration.run_tenant (
  run_id      text NOT NULL REFERENCES migration.run,
  ordinal     int  NOT NULL,
  tenant_id   uuid NOT NULL,
  tenant_key  text NOT NULL,
  name        text,
  state       text NOT NULL DEFAULT 'pending',
  failure     text,
  PRIMARY KEY (run_id, ordinal),
  UNIQUE (run_id, tenant_id)
);

-- Rows that belong to no listed tenant: they are part of every run's account.
CREATE TABLE migration.run_unassigned (
  run_id  text NOT NULL REFERENCES migration.run,
  entity  text NOT NULL,
  rows    bigint NOT NULL,
  PRIMARY KEY (run_id, entity)
);

-- One writing run for a tenant at a time.
CREATE TABLE migration.tenant_lock (
  tenant_id   uuid PRIMARY KEY,
  tenant_key  text NOT NULL,
  run_id      text NOT NULL,
  taken_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE migration.entity_state (
  ledger       text NOT NULL,
  manifest     text NOT NULL,
  tenant_id    uuid NOT NULL,
  entity       text NOT NULL,
  is_planned   boolean NOT NULL DEFAULT false,
  source_rows  bigint,
  PRIMARY KEY (ledger, manifest, tenant_id, entity)
);

-- planned: the boundaries are fixed. done: the rows are in the target, committed by the same transaction.
CREATE TABLE migration.batch_state (
  ledger         text NOT NULL,
  manifest       text NOT NULL,
  tenant_id      uuid NOT NULL,
  entity         text NOT NULL,
  batch_no       int  NOT NULL CHECK (batch_no > 0),
  tenant_key     text NOT NULL,
  after_key      text,
  up_to_key      text NOT NULL,
  planned_rows   bigint NOT NULL,
  state          text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'done')),
  run_id         text,
  write_path     text,
  rows_read      bigint,
  rows_written   bigint,
  rows_rejected  bigint,
  rows_filtered  bigint,
  filtered_by    text,
  digest         text,
  planned_at     timestamptz NOT NULL DEFAULT now(),
  done_at        timestamptz,
  PRIMARY KEY (ledger, manifest, tenant_id, entity, batch_no),
  CHECK (state = 'planned' OR rows_read = rows_written + rows_rejected + rows_filtered)
);

-- Original values are personal data: the table is for the owner alone, each tenant's rows under its own identity elsewhere.
CREATE TABLE migration.rejected_row (
  ledger       text NOT NULL,
  manifest     text NOT NULL,
  tenant_id    uuid NOT NULL,
  entity       text NOT NULL,
  batch_no     int  NOT NULL,
  legacy_key   text NOT NULL,
  column_name  text NOT NULL,
  rule         text NOT NULL,
  reason       text NOT NULL,
  original     jsonb,
  run_id       text NOT NULL,
  rejected_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX rejected_row_by_slice ON migration.rejected_row (ledger, manifest, tenant_id, entity, batch_no);

-- Ids that a dry run would have written to entities that others refer to; emptied when the run ends.
CREATE UNLOGGED TABLE migration.dry_run_id (
  ledger     text NOT NULL,
  tenant_id  uuid NOT NULL,
  entity     text NOT NULL,
  id         uuid NOT NULL,
  PRIMARY KEY (ledger, tenant_id, entity, id)
);

CREATE TABLE migration.audit_log (
  audit_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id    text NOT NULL,
  action    text NOT NULL,
  detail    text,
  at        timestamptz NOT NULL
);
