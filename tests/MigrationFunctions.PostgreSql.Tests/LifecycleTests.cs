using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.PostgreSql.Tests.Support;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>Every pair of states of every lifecycle: the target takes the moves that are legal, and no other.</summary>
public sealed class LifecycleTests(TargetServer server) : TargetTest(server)
{
    static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static TheoryData<string> Names => [.. Lifecycle.All.Select(l => l.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_state_follows_another_one_exactly_if_it_may(string name)
    {
        var lifecycle = Lifecycle.All.Single(l => l.Name == name);
        await StoreAsync();

        foreach (var from in lifecycle.Stored)
            foreach (var to in lifecycle.Stored)
            {
                await Target.ExecuteAsync(
                    $"SET session_replication_role = replica; UPDATE {lifecycle.Table} SET state = '{from}'; RESET session_replication_role");
                var refused = await Record.ExceptionAsync(() => Target.ExecuteAsync($"UPDATE {lifecycle.Table} SET state = '{to}'"));

                Assert.Equal(lifecycle.Allows(from, to) || from == to, refused is null);
                Assert.True(refused is null or PostgresException { SqlState: "XXM01" }, $"{refused}");
                Assert.Equal(refused is null ? to : from, await Target.ScalarAsync<string>($"SELECT state FROM {lifecycle.Table}"));
            }
    }

    [Fact]
    public async Task Who_asks_too_late_is_told_by_a_code_and_nothing_is_changed()
    {
        var tenant = await StoreAsync();
        await Target.Runs.SetTenantStateAsync("run", tenant, States.Running, null, Cancel);
        await Target.Runs.SetTenantStateAsync("run", tenant, States.Completed, null, Cancel);
        await Target.Runs.SetTenantStateAsync("run", tenant, States.Completed, null, Cancel);

        var late = await Assert.ThrowsAsync<MigrationException>(
            () => Target.Runs.SetTenantStateAsync("run", tenant, States.Running, null, Cancel));

        Assert.Equal((ErrorCodes.IllegalMove, false), (late.Code, late.IsTransient));
        Assert.Equal("A tenant that is completed does not become running.", late.Problem.Message);
        Assert.Equal(States.Completed, Assert.Single((await Target.Runs.GetProgressAsync("run", Cancel))!.Tenants).State);
    }

    // One of each; the tenant.
    async Task<Guid> StoreAsync()
    {
        var migration = new Migration(Target, Legacy.With(students: 1).Source);
        var tenant = migration.Tenant(Legacy.District);
        await Target.Runs.AddAsync(migration.Run with { RunId = "run" }, At, Cancel);
        await Target.Runs.SetTenantsAsync("run", [tenant], Cancel);
        await Target.ExecuteAsync(
            $"""
            INSERT INTO migration.batch_state
              (ledger, manifest, tenant_id, entity, batch_no, tenant_key, up_to_key, planned_rows, rows_read, rows_written, rows_rejected,
               rows_filtered)
            VALUES ('full', 'm', '{tenant.Id}', 'student', 1, '7', '[1]', 0, 0, 0, 0, 0);
            INSERT INTO migration.reconciliation
              (reconciliation_id, manifest, mode, ledger, depth, trigger, context, seed, requested_at)
            VALUES ('rec', 'm', 'Full', 'full', 'Counts', 'request', '{"{}"}', 1, now());
            INSERT INTO migration.repair (repair_id, reconciliation_id, is_dry_run, deletes_extra, requested_at)
            VALUES ('repair', 'rec', false, false, now())
            """);
        return tenant.Id;
    }
}
