-- The one identity that reads the source. docs/security.md justifies each grant.
-- SQL Server 2012 or later, Azure SQL Database, Azure SQL Managed Instance. Run it once in the legacy database, as a db_owner
-- (as an Entra administrator for an Entra user), and again whenever tables were added: it brings about the same state each time.
--   sqlcmd -S SERVER -d DATABASE -b -i infra/sql/source.sql
--
-- Edit before use:
--   the tables below, so that they are those of your manifest: source tables and the tenants' table;
--   @identity   a login that exists (CREATE LOGIN migration_reader WITH PASSWORD = ...; keep the password in Key Vault);
--   @external   1 where @identity is the name of the function app's managed identity instead, which becomes a user by Microsoft
--               Entra and has no password;
--   @snapshot   1 where the manifest says isolation snapshot;
--   @unmask     1 where mapped columns have dynamic data masks: without it masks would be copied, and preflight refuses (MIG3015);
--   @changes    1 to prepare for deltas by change tracking. Nothing that the product sends today needs it.
DECLARE @identity sysname = N'migration_reader', @external bit = 0, @snapshot bit = 0, @unmask bit = 0, @changes bit = 0;
DECLARE @sql nvarchar(max);

IF DATABASE_PRINCIPAL_ID(N'migration_readers') IS NULL
    CREATE ROLE migration_readers;
IF DATABASE_PRINCIPAL_ID(@identity) IS NULL
BEGIN
    IF @external = 0
        SET @sql = N'CREATE USER ' + QUOTENAME(@identity) + N' FOR LOGIN ' + QUOTENAME(@identity);
    ELSE
        SET @sql = N'CREATE USER ' + QUOTENAME(@identity) + N' FROM EXTERNAL PROVIDER';
    EXEC (@sql);
END;
SET @sql = N'ALTER ROLE migration_readers ADD MEMBER ' + QUOTENAME(@identity);
EXEC (@sql);

-- SELECT on a table shows its columns and indexes in the catalogue, too: nothing else is needed to plan, to count and to copy.
GRANT SELECT ON OBJECT::dbo.District TO migration_readers;
GRANT SELECT ON OBJECT::dbo.School TO migration_readers;
GRANT SELECT ON OBJECT::dbo.GradeScale TO migration_readers;
GRANT SELECT ON OBJECT::dbo.Student TO migration_readers;
GRANT SELECT ON OBJECT::dbo.Enrollment TO migration_readers;
GRANT SELECT ON OBJECT::dbo.AssessmentResult TO migration_readers;

-- No row may be kept from the reader: what a security policy hides is missing from its counts, too, so no account shows it.
IF OBJECT_ID(N'sys.security_policies') IS NOT NULL
    EXEC (N'IF EXISTS (SELECT 1 FROM sys.security_policies WHERE is_enabled = 1)
              PRINT ''Security policies are enabled here. Make sure that their predicates let the reader see every row.''');

-- Readers of a snapshot take no locks and see one instant. Old versions of rows need room in tempdb.
IF @snapshot = 1
    ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON;

IF @unmask = 1
    EXEC (N'GRANT UNMASK TO migration_readers');

IF @changes = 1
BEGIN
    IF NOT EXISTS (SELECT 1 FROM sys.change_tracking_databases WHERE database_id = DB_ID())
        ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 7 DAYS, AUTO_CLEANUP = ON);
    IF NOT EXISTS (SELECT 1 FROM sys.change_tracking_tables WHERE object_id = OBJECT_ID(N'dbo.Student'))
        ALTER TABLE dbo.Student ENABLE CHANGE_TRACKING;
    IF NOT EXISTS (SELECT 1 FROM sys.change_tracking_tables WHERE object_id = OBJECT_ID(N'dbo.Enrollment'))
        ALTER TABLE dbo.Enrollment ENABLE CHANGE_TRACKING;
    IF NOT EXISTS (SELECT 1 FROM sys.change_tracking_tables WHERE object_id = OBJECT_ID(N'dbo.AssessmentResult'))
        ALTER TABLE dbo.AssessmentResult ENABLE CHANGE_TRACKING;
    GRANT VIEW CHANGE TRACKING ON OBJECT::dbo.Student TO migration_readers;
    GRANT VIEW CHANGE TRACKING ON OBJECT::dbo.Enrollment TO migration_readers;
    GRANT VIEW CHANGE TRACKING ON OBJECT::dbo.AssessmentResult TO migration_readers;
END;

-- What the reader has, from this role and from others: db_owner, db_datawriter and their like are not its own.
SELECT r.name AS role_name, p.permission_name, OBJECT_SCHEMA_NAME(p.major_id) + N'.' + OBJECT_NAME(p.major_id) AS object_name
FROM sys.database_role_members AS m
JOIN sys.database_principals AS r ON r.principal_id = m.role_principal_id
LEFT JOIN sys.database_permissions AS p ON p.grantee_principal_id = r.principal_id
WHERE m.member_principal_id = DATABASE_PRINCIPAL_ID(@identity)
ORDER BY r.name, object_name, p.permission_name;
