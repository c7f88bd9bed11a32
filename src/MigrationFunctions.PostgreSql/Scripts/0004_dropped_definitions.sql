-- Indexes and foreign keys that were dropped to load faster. A row is written in the transaction that drops, and goes in the
-- one that makes the thing again: at any moment the table plus these rows are the whole schema.

CREATE TABLE migration.dropped_definition (
  table_name  text NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('index', 'foreignKey')),
  name        text NOT NULL,
  definition  text NOT NULL,      -- CREATE INDEX, or what follows ADD CONSTRAINT name
  run_id      text NOT NULL,
  dropped_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (table_name, kind, name)
);
