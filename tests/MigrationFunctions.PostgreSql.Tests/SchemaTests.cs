using Dapper;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

public sealed class SchemaTests(TargetServer server) : TargetTest(server)
{
    [Fact]
    public async Task Four_processes_that_install_at_once_install_once()
    {
        await Target.ExecuteAsync(
            "DROP SCHEMA migration CASCADE; CREATE SCHEMA migration AUTHORIZATION migration_writer");
        var processes = Enumerable.Range(0, 4).Select(_ => Target.Connect()).ToList();

        await Task.WhenAll(processes.Select(p => new MigrationSchema(p).EnsureAsync(Cancel)));

        Assert.Equal(
            await Target.ScalarAsync<long>("SELECT count(DISTINCT scriptname) FROM migration.schema_version"),
            await Target.ScalarAsync<long>("SELECT count(*) FROM migration.schema_version"));
        Assert.Equal(3, (await new Migration(Target, Legacy.With(1).Source).MoveAsync("school")).RowsWritten);
        foreach (var process in processes)
            await process.DisposeAsync();
    }

    [Fact]
    public async Task The_writer_makes_the_schema_itself_where_it_may()
    {
        await Target.ExecuteAsync("DROP SCHEMA migration CASCADE");

        await new MigrationSchema(Target.Connections).EnsureAsync(Cancel);

        Assert.Equal("migration_writer", await Target.ScalarAsync<string>(
            "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'migration'"));
    }

    [Fact]
    public async Task The_direct_role_may_use_tables_that_later_scripts_add()
    {
        await Target.ExecuteAsync(
            """
            ALTER DEFAULT PRIVILEGES FOR ROLE migration_writer REVOKE ALL ON TABLES FROM migration_direct;
            CREATE TABLE migration.later (a int); ALTER TABLE migration.later OWNER TO migration_writer
            """);

        await new MigrationSchema(Target.Connections).EnsureAsync(Cancel);

        await using var connection = await Target.Connections.OpenAsync(Target.Connections.Direct, Cancel);
        Assert.Equal(1, await connection.ExecuteAsync("INSERT INTO migration.later VALUES (1)"));
    }
}
