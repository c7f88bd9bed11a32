using MigrationFunctions.PostgreSql.Scripts;
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
        await Target.ExecuteAsync($"DROP SCHEMA migration CASCADE; GRANT CREATE ON DATABASE {Target.Name} TO migration_writer");

        await new MigrationSchema(Target.Connections).EnsureAsync(Cancel);

        Assert.Equal("migration_writer", await Target.ScalarAsync<string>(
            "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'migration'"));
    }

    [Fact]
    public async Task The_direct_role_may_do_in_the_schema_what_its_batches_and_indexes_need_and_no_more()
    {
        await Target.ExecuteAsync("GRANT ALL ON ALL TABLES IN SCHEMA migration TO migration_direct");

        await new MigrationSchema(Target.Connections).EnsureAsync(Cancel);

        Assert.Equal(
            [
                "batch_state SELECT, UPDATE", "dropped_definition DELETE, INSERT, SELECT, UPDATE",
                "dry_run_id INSERT, SELECT", "rejected_row INSERT", "run_control SELECT",
            ],
            await Target.QueryAsync<string>(
                """
                SELECT table_name || ' ' || string_agg(privilege_type, ', ' ORDER BY privilege_type)
                FROM information_schema.role_table_grants
                WHERE grantee = 'migration_direct' AND table_schema = 'migration' GROUP BY table_name ORDER BY table_name
                """));
    }
}
