-- Rows that the source counted when a run was planned: how much there is to do before all pages are planned.

CREATE TABLE migration.run_slice (
  run_id       text NOT NULL REFERENCES migration.run ON DELETE CASCADE,
  tenant_id    uuid NOT NULL,
  entity       text NOT NULL,
  source_rows  bigint NOT NULL,
  PRIMARY KEY (run_id, tenant_id, entity)
);
