-- What a run of millions needs to know of each batch: how long it took, how much it wrote, what its rules changed.

ALTER TABLE migration.run_tenant ADD COLUMN time_zone text;

ALTER TABLE migration.batch_state
  ADD COLUMN began_at timestamptz,
  ADD COLUMN bytes_written bigint,       -- as PGCOPY tuples
  ADD COLUMN adjusted jsonb;             -- values that a declared rule changed, by "column:rule"; NULL for none
