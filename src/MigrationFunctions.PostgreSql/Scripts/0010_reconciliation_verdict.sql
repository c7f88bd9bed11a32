-- A rejection stands once for a key and rule, and a verdict is never better than what was looked at.

ALTER TABLE migration.rejected_row ADD COLUMN rejection_id bigint GENERATED ALWAYS AS IDENTITY;

-- Several rows of one key were rejected by the same rule, or one twice: what is too many is closed when the key is tried again.
UPDATE migration.rejected_row AS r SET rule = 'duplicateKey'
WHERE closed_as IS NULL AND rule <> 'duplicateKey' AND EXISTS (
  SELECT FROM migration.rejected_row AS o
  WHERE o.closed_as IS NULL AND o.rejection_id < r.rejection_id
    AND (o.ledger, o.manifest, o.tenant_id, o.entity, o.legacy_key, o.rule)
      = (r.ledger, r.manifest, r.tenant_id, r.entity, r.legacy_key, r.rule));
CREATE UNIQUE INDEX rejected_row_once ON migration.rejected_row (ledger, manifest, tenant_id, entity, legacy_key, rule)
  WHERE closed_as IS NULL AND rule <> 'duplicateKey';
CREATE INDEX rejected_row_closed ON migration.rejected_row (closed_run_id, tenant_id, entity) WHERE closed_as IS NOT NULL;

-- Rows that can be encoded, have an open rejection, and cannot be written all the same; beside those counted while reading.
ALTER TABLE migration.reconciliation_item
  ADD COLUMN refused     bigint  NOT NULL DEFAULT 0,
  ADD COLUMN is_counted  boolean NOT NULL DEFAULT false;   -- both sides' rows were counted

-- The units of a slice must hold each of its rows once.
ALTER TABLE migration.reconciliation_unit ADD COLUMN rows_read bigint;

ALTER TABLE migration.reconciliation
  ADD COLUMN verdict  text CHECK (verdict IN ('Equal', 'NotEqual', 'Unknown')),
  ADD COLUMN unknown  jsonb NOT NULL DEFAULT '[]';   -- what is missing from the verdict, in sentences
UPDATE migration.reconciliation
SET verdict = CASE is_equal WHEN true THEN 'Equal' WHEN false THEN 'NotEqual' ELSE 'Unknown' END WHERE state <> 'running';

ALTER TABLE migration.repair ADD COLUMN deletes_foreign boolean NOT NULL DEFAULT false;
