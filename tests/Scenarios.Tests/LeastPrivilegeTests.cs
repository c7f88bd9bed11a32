using System.Text.RegularExpressions;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Npgsql;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>A target that <c>infra/sql/target.sql</c> alone has set up, after a run of every mode on it.</summary>
public sealed class LeastPrivilegedRun(TargetServer server) : IAsyncLifetime
{
    public Scenario Scenario { get; private set; } = null!;

    public Api Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Scenario = await Scenario.CreateAsync(await server.CreateLeastPrivilegedAsync(), Schools.Small);
        Api = await Scenario.HostAsync();
        Full = await Api.EndAsync(await Api.StartAsync(Schools.Request));
    }

    public MigrationFunctions.Contracts.MigrationStatus Full { get; private set; } = null!;

    public async ValueTask DisposeAsync()
    {
        if (Scenario is not null)
            await Scenario.DisposeAsync();
    }
}

/// <summary>The grants of infra/sql/target.sql are enough for a run, and keep each identity from what is not its own. That the
/// source's reader cannot write cannot be shown here: the stand-in takes no writing statement from anybody.</summary>
public sealed partial class LeastPrivilegeTests(LeastPrivilegedRun run, TargetServer server) : IClassFixture<LeastPrivilegedRun>
{
    [Fact]
    public async Task A_run_under_exactly_these_roles_ends_with_the_same_rows_and_warns_of_ownership_alone()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);

        Assert.Equal(States.CompletedWithRejects, run.Full.Status);
        Assert.True(run.Full.IsConserved);
        Assert.Equal(expected.Digests, await run.Scenario.Target.DigestsAsync());
        Assert.Equal(
            ["direct"],
            await run.Scenario.Target.ListAsync<string>(
                "SELECT DISTINCT write_path FROM migration.batch_state WHERE rows_rejected = 0"));
        Assert.Equal([ErrorCodes.TargetOwnershipMissing], run.Full.Findings.Select(f => f.Code).Distinct());
    }

    [Fact]
    public async Task Dry_run_staged_path_reconciliation_and_repair_need_no_other_grant()
    {
        await using var scenario = await Scenario.CreateAsync(await server.CreateLeastPrivilegedAsync(), Schools.Small);
        var api = await scenario.HostAsync();

        var dry = await api.EndAsync(await api.StartAsync(
            new { manifest = "school-district", mode = "dryRun", options = new { batchSize = 100 } }));
        var staged = await api.EndAsync(await api.StartAsync(Schools.StagedRequest));
        await scenario.Target.ExecuteAsync("DELETE FROM school.enrollment WHERE legacy_id % 7 = 0");
        var id = await api.StartReconciliationAsync(new { manifest = "school-district", depth = "digest" });
        var found = await api.EndOfReconciliationAsync(id);
        await api.PostAsync($"reconciliations/{id}/repair", new { dryRun = false });
        var repair = await api.EndOfRepairAsync(id);
        var after = await api.ReconcileAsync(new { manifest = "school-district", depth = "digest" });

        Assert.Equal(
            (States.CompletedWithRejects, States.CompletedWithRejects, false, States.Completed, true),
            (dry.Status, staged.Status, found.IsEqual ?? true, repair.Status, after.IsEqual ?? false));
    }

    [Theory]
    // The writer is bound by policies, makes nothing outside its own schemas, and takes nothing away.
    [InlineData("writer", "TRUNCATE school.student")]
    [InlineData("writer", "DROP TABLE school.student")]
    [InlineData("writer", "ALTER TABLE school.student NO FORCE ROW LEVEL SECURITY")]
    [InlineData("writer", "ALTER TABLE school.student DISABLE ROW LEVEL SECURITY")]
    [InlineData("writer", "DROP POLICY one_tenant ON school.student")]
    [InlineData("writer", "CREATE TABLE school.other (a int)")]
    [InlineData("writer", "CREATE SCHEMA other")]
    [InlineData("writer", "CREATE ROLE other")]
    [InlineData("writer", "SET ROLE migration_direct")]
    [InlineData("writer", "COPY school.student FROM PROGRAM 'true'")]
    // The direct role sees all tenants, and neither the schema's definition nor the ledger's people and history.
    [InlineData("direct", "DROP TABLE school.student")]
    [InlineData("direct", "TRUNCATE school.student")]
    [InlineData("direct", "DELETE FROM school.student")]
    [InlineData("direct", "UPDATE school.student SET first_name = 'x'")]
    [InlineData("direct", "ALTER TABLE school.student DISABLE ROW LEVEL SECURITY")]
    [InlineData("direct", "DROP INDEX school.student_by_school")]
    [InlineData("direct", "CREATE TABLE school.other (a int)")]
    [InlineData("direct", "CREATE TABLE migration.other (a int)")]
    [InlineData("direct", "SELECT original FROM migration.rejected_row")]
    [InlineData("direct", "DELETE FROM migration.rejected_row")]
    [InlineData("direct", "DELETE FROM migration.batch_state")]
    [InlineData("direct", "UPDATE migration.run SET state = 'completed'")]
    [InlineData("direct", "SELECT * FROM migration.audit_log")]
    [InlineData("direct", "INSERT INTO migration.audit_log (audit_id, run_id, action, at) VALUES (0, 'x', 'x', now())")]
    [InlineData("direct", "UPDATE migration.audit_head SET entries = 0")]
    [InlineData("direct", "SELECT * FROM validation.student_count_parity")]
    // The auditor sees views and no table behind them.
    [InlineData("auditor", "SELECT first_name FROM school.student")]
    [InlineData("auditor", "SELECT original FROM migration.rejected_row")]
    [InlineData("auditor", "SELECT * FROM migration.run")]
    [InlineData("auditor", "SELECT * FROM migration.legacy_id_mapping")]
    [InlineData("auditor", "DROP VIEW validation.student_count_parity")]
    [InlineData("auditor", "CREATE TABLE validation.other (a int)")]
    public async Task It_is_refused(string identity, string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionOf(identity));
        await using var connection = await source.OpenConnectionAsync();
        if (identity == "auditor")
            await ExecuteAsync(connection, "SET SESSION AUTHORIZATION migration_auditor");
        await ExecuteAsync(connection, $"SELECT set_config('app.tenant_id', '{Guid.Empty}', false)");

        var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(connection, sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task The_writer_reads_the_rows_of_the_tenant_it_names_and_of_no_other()
    {
        var tenants = await run.Scenario.Target.ListAsync<Guid>("SELECT tenant_id FROM school.district ORDER BY 1");
        await using var source = NpgsqlDataSource.Create(run.Scenario.Target.Writer);
        foreach (var tenant in tenants)
        {
            await using var connection = await source.OpenConnectionAsync();
            await ExecuteAsync(connection, $"SELECT set_config('app.tenant_id', '{tenant}', false)");
            await using var command = new NpgsqlCommand("SELECT DISTINCT tenant_id FROM school.student", connection);
            Assert.Equal(tenant, await command.ExecuteScalarAsync());
        }
        await using var nameless = await source.OpenConnectionAsync();
        await ExecuteAsync(nameless, "RESET app.tenant_id");
        await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(nameless, "SELECT count(*) FROM school.student"));
    }

    [Fact]
    public async Task An_auditor_reads_the_views_of_the_tenant_it_names()
    {
        var tenant = await run.Scenario.Target.QueryAsync<Guid>("SELECT min(tenant_id::text)::uuid FROM school.district");
        await using var source = NpgsqlDataSource.Create(ConnectionOf("auditor"));
        await using var connection = await source.OpenConnectionAsync();
        await ExecuteAsync(connection, "SET SESSION AUTHORIZATION migration_auditor");
        await ExecuteAsync(connection, $"SELECT set_config('app.tenant_id', '{tenant}', false)");

        await using var command = new NpgsqlCommand("SELECT tenant_id FROM validation.student_count_parity", connection);

        Assert.Equal(tenant, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task The_statements_by_which_the_security_document_purges_run_as_they_stand()
    {
        var document = await File.ReadAllTextAsync(Path.Combine(Root(), "docs", "security.md"));
        var blocks = Sql().Matches(document).Select(m => m.Groups["sql"].Value).ToList();
        Assert.Equal(3, blocks.Count);
        await using var source = NpgsqlDataSource.Create(run.Scenario.Target.Writer);
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, "UPDATE migration.rejected_row SET rejected_at = now() - interval '1 year'");

        foreach (var block in blocks)
            await ExecuteAsync(connection, block);

        await using var left = new NpgsqlCommand(
            "SELECT count(*), count(original) FROM migration.rejected_row", connection);
        await using var rows = await left.ExecuteReaderAsync();
        await rows.ReadAsync();
        Assert.True(rows.GetInt64(0) > 0);
        Assert.Equal(0, rows.GetInt64(1));
    }

    static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "MigrationFunctions.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex("```sql\n(?<sql>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sql();

    string ConnectionOf(string identity)
    {
        var target = run.Scenario.Target;
        return identity switch { "writer" => target.Writer, "direct" => target.Direct, _ => target.Admin };
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
