-- A look-up by legacy id goes through the target's own policies, so it has to name the tenant where they read it.

ALTER TABLE migration.mapped_entity ADD COLUMN tenant_setting text NOT NULL DEFAULT 'app.tenant_id';
