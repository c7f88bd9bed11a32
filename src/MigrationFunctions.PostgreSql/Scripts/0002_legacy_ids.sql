-- Ids are deterministic and every target table keeps the legacy key, so the mapping is a view over the tables: it costs
-- nothing to write and cannot drift. The view is made from this list when a run prepares the target.

CREATE TABLE migration.mapped_entity (
  manifest       text NOT NULL,
  entity         text NOT NULL,
  target_table   text NOT NULL,
  tenant_column  text NOT NULL,
  id_column      text NOT NULL,
  legacy_column  text NOT NULL,
  id_namespace   uuid NOT NULL,
  PRIMARY KEY (manifest, entity)
);

CREATE VIEW migration.legacy_id_mapping AS
SELECT NULL::uuid AS tenant_id, NULL::text AS entity, NULL::text AS legacy_id, NULL::uuid AS target_id WHERE false;
