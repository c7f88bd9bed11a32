-- The legacy database, without tables yet, and a login that may read them all: for trying out. sqlcmd takes READER_PASSWORD from the environment.
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
GO
