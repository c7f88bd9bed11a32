-- The legacy database and the login that reads it, and no more. sqlcmd takes READER_PASSWORD from the environment.
IF DB_ID('LegacySchools') IS NULL
  CREATE DATABASE LegacySchools;
GO
ALTER DATABASE LegacySchools SET ALLOW_SNAPSHOT_ISOLATION ON;
GO
IF SUSER_ID('migration_reader') IS NULL
  CREATE LOGIN migration_reader WITH PASSWORD = '$(READER_PASSWORD)';
ELSE
  ALTER LOGIN migration_reader WITH PASSWORD = '$(READER_PASSWORD)';
GO
USE LegacySchools;
GO
IF USER_ID('migration_reader') IS NULL
  CREATE USER migration_reader FOR LOGIN migration_reader;
ALTER ROLE db_datareader ADD MEMBER migration_reader;
GRANT VIEW DATABASE STATE TO migration_reader;
GO
