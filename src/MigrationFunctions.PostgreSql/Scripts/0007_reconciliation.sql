-- What a reconciliation was asked, what it found, and what it works with.

CREATE TABLE migration.reconciliation (
  reconciliation_id  text PRIMARY KEY,
  manifest      text NOT NULL,
  mode          text NOT NULL,
  ledger        text NOT NULL,
  depth         text NOT NULL,
  trigger       text NOT NULL,
  context       text NOT NULL,          -- as JSON: manifest, options, what was asked for
  seed          int  NOT NULL,
  state         text NOT NULL DEFAULT 'running',
  is_equal      boolean,
  failure       text,
  requested_at  timestamptz NOT NULL,
  finished_at   timestamptz
);
CREATE INDEX reconciliation_newest ON migration.reconciliation (requested_at DESC);

-- One tenant and entity: the account, and how its rows compare.
CREATE TABLE migration.reconciliation_item (
  reconciliation_id  text NOT NULL REFERENCES migration.reconciliation ON DELETE CASCADE,
  ordinal         int  NOT NULL,
  tenant_id       uuid NOT NULL,
  tenant_key      text NOT NULL,
  tenant_name     text,
  time_zone       text,
  entity          text NOT NULL,
  source_rows     bigint NOT NULL DEFAULT 0,
  source_deleted  bigint,
  target_rows     bigint NOT NULL DEFAULT 0,
  target_deleted  bigint,
  rejected        bigint NOT NULL DEFAULT 0,
  filtered        bigint NOT NULL DEFAULT 0,
  compared        bigint NOT NULL DEFAULT 0,
  missing         bigint NOT NULL DEFAULT 0,
  extra           bigint NOT NULL DEFAULT 0,
  different       bigint NOT NULL DEFAULT 0,
  unresolved      bigint NOT NULL DEFAULT 0,
  source_digest   text,
  target_digest   text,
  adjusted        jsonb,
  is_equal        boolean,
  failure         text,
  PRIMARY KEY (reconciliation_id, tenant_id, entity),
  UNIQUE (reconciliation_id, ordinal)
);

CREATE TABLE migration.reconciliation_difference (
  reconciliation_id  text NOT NULL,
  tenant_id    uuid NOT NULL,
  entity       text NOT NULL,
  legacy_key   text NOT NULL,
  target_id    uuid NOT NULL,
  kind         text NOT NULL,
  columns      jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (reconciliation_id, tenant_id, entity, target_id, legacy_key),
  FOREIGN KEY (reconciliation_id, tenant_id, entity) REFERENCES migration.reconciliation_item ON DELETE CASCADE
);

CREATE TABLE migration.reconciliation_check (
  reconciliation_id  text NOT NULL REFERENCES migration.reconciliation ON DELETE CASCADE,
  check_name   text NOT NULL,
  entity       text NOT NULL,
  tenant       text NOT NULL DEFAULT '',   -- '' for all together
  found        bigint NOT NULL,
  detail       text NOT NULL,
  PRIMARY KEY (reconciliation_id, check_name, entity, tenant)
);

-- What one activity reads of one side: keys of the source in its own order, ids of the target.
CREATE TABLE migration.reconciliation_unit (
  reconciliation_id  text NOT NULL,
  tenant_id    uuid NOT NULL,
  entity       text NOT NULL,
  side         text NOT NULL CHECK (side IN ('source', 'target')),
  unit_no      int  NOT NULL,
  after_key    text,
  up_to_key    text NOT NULL,
  planned_rows bigint NOT NULL,
  is_read      boolean NOT NULL DEFAULT false,     -- its rows are in the slice's buckets
  is_narrowed  boolean NOT NULL DEFAULT false,     -- its rows of differing buckets are candidates
  PRIMARY KEY (reconciliation_id, tenant_id, entity, side, unit_no),
  FOREIGN KEY (reconciliation_id, tenant_id, entity) REFERENCES migration.reconciliation_item ON DELETE CASCADE
);

-- Rows and digests of a side by bucket, the bucket of a row being decided by its id. A unit's rows are added in the
-- transaction that marks the unit as read.
CREATE TABLE migration.reconciliation_bucket (
  reconciliation_id  text NOT NULL,
  tenant_id    uuid NOT NULL,
  entity       text NOT NULL,
  side         text NOT NULL,
  buckets      bytea NOT NULL,
  PRIMARY KEY (reconciliation_id, tenant_id, entity, side),
  FOREIGN KEY (reconciliation_id, tenant_id, entity) REFERENCES migration.reconciliation_item ON DELETE CASCADE
);

-- Rows of buckets that differ: those whose digests differ, or that one side lacks, are looked at again.
CREATE TABLE migration.reconciliation_candidate (
  reconciliation_id  text NOT NULL,
  tenant_id    uuid NOT NULL,
  entity       text NOT NULL,
  side         text NOT NULL,
  target_id    uuid NOT NULL,
  legacy_key   text NOT NULL,
  digest       bytea NOT NULL
);
CREATE INDEX reconciliation_candidate_by_slice
  ON migration.reconciliation_candidate (reconciliation_id, tenant_id, entity, side, target_id);

-- What a repair of a reconciliation's differences did, or would do.
CREATE TABLE migration.repair (
  repair_id          text PRIMARY KEY,
  reconciliation_id  text NOT NULL REFERENCES migration.reconciliation ON DELETE CASCADE,
  is_dry_run         boolean NOT NULL,
  deletes_extra      boolean NOT NULL,
  state              text NOT NULL DEFAULT 'running',
  failure            text,
  follow_up          text,                 -- the reconciliation that came after it
  requested_at       timestamptz NOT NULL,
  finished_at        timestamptz
);
CREATE INDEX repair_by_reconciliation ON migration.repair (reconciliation_id, requested_at DESC);

-- Counted in the transaction that does it.
CREATE TABLE migration.repair_item (
  repair_id   text NOT NULL REFERENCES migration.repair ON DELETE CASCADE,
  tenant_id   uuid NOT NULL,
  entity      text NOT NULL,
  written     bigint NOT NULL DEFAULT 0,
  deleted     bigint NOT NULL DEFAULT 0,
  rejected    bigint NOT NULL DEFAULT 0,
  remaining   bigint NOT NULL DEFAULT 0,   -- rows that a repair leaves alone unless it is told to delete
  PRIMARY KEY (repair_id, tenant_id, entity)
);
