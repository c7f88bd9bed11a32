-- How a run or a reconciliation found its source tables: what every worker goes by, and what changes meanwhile are told against.

CREATE TABLE migration.source_table (
  run_id       text NOT NULL,        -- a run's or a reconciliation's
  entity       text NOT NULL,
  description  text NOT NULL,        -- as JSON
  PRIMARY KEY (run_id, entity)
);
