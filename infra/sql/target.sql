-- Roles and grants of the target database: the one place that defines them. docs/security.md justifies each.
-- PostgreSQL 14 or later. Run it once per database, before or after the tables are made, and again whenever tables were
-- added or a setting is to change: it brings about the same state each time.
--   psql "$TARGET" -v ON_ERROR_STOP=1 -f infra/sql/target.sql
-- As a superuser, or as a role with CREATEROLE that owns the database (Azure: an administrator of the server).
--
-- Settings, with their defaults; set others for the session, for example by PGOPTIONS='-c setup.schemas=sis,grades':
--   setup.schemas             school         schemas of the target tables, separated by commas
--   setup.owner               school_owner   role that owns the target tables; made when there is none
--   setup.direct_owns_tables  off            on for the time of a load with secondaryIndexes buildAfterLoad; then off again
--
-- No role has a password. Either give one, where servers do without Microsoft Entra, and keep it in Key Vault:
--   \password migration_writer
--   \password migration_direct
-- or, in Azure, tie the roles to the function app's managed identity by its object id, as an Entra administrator, and log in
-- with a token:
--   SECURITY LABEL FOR "pgaadauth" ON ROLE migration_writer IS 'aadauth,oid=OBJECT-ID,type=service';
--   SECURITY LABEL FOR "pgaadauth" ON ROLE migration_direct IS 'aadauth,oid=OBJECT-ID,type=service';
-- Auditors get users of their own (in database postgres), who are then made members (anywhere):
--   SELECT * FROM pgaadauth_create_principal('auditor@agency.example', false, false);
--   GRANT migration_auditor TO "auditor@agency.example";
BEGIN;

SELECT set_config('setup.schemas', coalesce(nullif(current_setting('setup.schemas', true), ''), 'school'), true),
       set_config('setup.owner', coalesce(nullif(current_setting('setup.owner', true), ''), 'school_owner'), true),
       set_config('setup.direct_owns_tables', coalesce(nullif(current_setting('setup.direct_owns_tables', true), ''), 'off'), true);

-- Roles belong to the whole server: another database of it may have made them already.
DO $$
DECLARE
  owner_role text := current_setting('setup.owner');
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = owner_role) THEN
    EXECUTE format('CREATE ROLE %I NOLOGIN', owner_role);
  END IF;
  -- Least privilege: sees and writes only the tenant that app.tenant_id names. For the staged write path and the ledger.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'migration_writer') THEN
    CREATE ROLE migration_writer LOGIN;
  END IF;
  -- Sees the views of schema validation and nothing else.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'migration_auditor') THEN
    CREATE ROLE migration_auditor NOLOGIN;
  END IF;
  -- May COPY straight into the tables, which PostgreSQL refuses to a role that is under row-level security. Only a superuser
  -- may give BYPASSRLS before PostgreSQL 16, and so nobody in Azure; from 16 on whoever has it and CREATEROLE.
  BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'migration_direct') THEN
      CREATE ROLE migration_direct LOGIN BYPASSRLS;
    ELSIF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'migration_direct' AND rolbypassrls) THEN
      ALTER ROLE migration_direct BYPASSRLS;
    END IF;
  EXCEPTION WHEN insufficient_privilege THEN
    RAISE WARNING 'migration_direct is not made: % may not give BYPASSRLS. Leave DirectConnection unset; writePath auto is staged then.',
      current_user;
  END;
END
$$;

-- What these roles must never be. A superuser has it put right, anyone else is told.
DO $$
DECLARE
  wrong record;
BEGIN
  FOR wrong IN
    SELECT rolname, rolname <> 'migration_direct' AS is_bound FROM pg_roles
    WHERE rolname IN ('migration_writer', 'migration_direct', 'migration_auditor')
      AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AND rolname <> 'migration_direct') LOOP
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      RAISE EXCEPTION '% has attributes that it must not have', wrong.rolname;
    END IF;
    EXECUTE format('ALTER ROLE %I NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION', wrong.rolname);
    IF wrong.is_bound THEN
      EXECUTE format('ALTER ROLE %I NOBYPASSRLS', wrong.rolname);
    END IF;
  END LOOP;
END
$$;

-- Whoever is no superuser makes things in another role's name as its member only.
DO $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    EXECUTE format('GRANT %I, migration_writer TO CURRENT_USER', current_setting('setup.owner'));
  END IF;
END
$$;

-- The target tables: nothing may be made, altered or truncated (TRUNCATE passes row-level security by). The writer merges and
-- repairs, the direct role copies and reads. Tables that the owner makes later come with the same grants.
DO $$
DECLARE
  owner_role text := current_setting('setup.owner');
  target_schema text;
  migrating record;
BEGIN
  FOREACH target_schema IN ARRAY regexp_split_to_array(current_setting('setup.schemas'), '\s*,\s*') LOOP
    IF to_regnamespace(quote_ident(target_schema)) IS NULL THEN
      EXECUTE format('CREATE SCHEMA %I AUTHORIZATION %I', target_schema, owner_role);
    END IF;
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', target_schema);
    FOR migrating IN
      SELECT r.rolname, g.on_tables FROM pg_roles AS r JOIN (VALUES
        ('migration_writer', 'SELECT, INSERT, UPDATE, DELETE'), ('migration_direct', 'SELECT, INSERT')) AS g(rolname, on_tables)
        USING (rolname) LOOP
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', target_schema, migrating.rolname);
      EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', target_schema, migrating.rolname);
      EXECUTE format('GRANT %s ON ALL TABLES IN SCHEMA %I TO %I', migrating.on_tables, target_schema, migrating.rolname);
      EXECUTE format('GRANT SELECT, USAGE ON ALL SEQUENCES IN SCHEMA %I TO %I', target_schema, migrating.rolname);
      EXECUTE format(
        'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT %s ON TABLES TO %I',
        owner_role, target_schema, migrating.on_tables, migrating.rolname);
      EXECUTE format(
        'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT, USAGE ON SEQUENCES TO %I',
        owner_role, target_schema, migrating.rolname);
    END LOOP;
  END LOOP;
END
$$;

-- The ledger and the auditors' views: migration_writer owns both schemas and grants what others need of them itself.
-- Nobody else may write there: definitions of dropped indexes stand there, and the tables' owner runs them.
DO $$
DECLARE
  own_schema text;
BEGIN
  FOREACH own_schema IN ARRAY ARRAY['migration', 'validation'] LOOP
    IF to_regnamespace(own_schema) IS NULL THEN
      EXECUTE format('CREATE SCHEMA %I AUTHORIZATION migration_writer', own_schema);
    END IF;
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM PUBLIC', own_schema);
  END LOOP;
END
$$;

DO $$
DECLARE
  named text;
BEGIN
  FOR named IN SELECT rolname FROM pg_roles WHERE rolname IN ('migration_writer', 'migration_direct') LOOP
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), named);
  END LOOP;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO migration_auditor', current_database());
END
$$;

-- The time of a load: whoever drops indexes, builds them again and gathers statistics must own the tables, and may then drop
-- a table, too. Membership ends with the next run of this script.
DO $$
DECLARE
  owner_role text := current_setting('setup.owner');
  is_wanted boolean := current_setting('setup.direct_owns_tables')::boolean;
  is_member boolean := EXISTS (
    SELECT FROM pg_auth_members AS m
    WHERE m.roleid = (SELECT oid FROM pg_roles WHERE rolname = owner_role)
      AND m.member = (SELECT oid FROM pg_roles WHERE rolname = 'migration_direct'));
BEGIN
  IF is_wanted AND NOT is_member THEN
    EXECUTE format('GRANT %I TO migration_direct', owner_role);
  ELSIF is_member AND NOT is_wanted THEN
    EXECUTE format('REVOKE %I FROM migration_direct', owner_role);
  END IF;
END
$$;

-- An administrator need not stay the writer; to make tables in the owner's name it stays a member of that role.
DO $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    REVOKE migration_writer FROM CURRENT_USER;
  END IF;
END
$$;

COMMIT;
