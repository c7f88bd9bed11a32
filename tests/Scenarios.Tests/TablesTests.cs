using System.Net;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>A load without secondary indexes and foreign keys ends with the tables as they were, whatever becomes of
/// it.</summary>
public sealed class TablesTests(TargetServer server)
{
    static readonly object Request = new
    {
        manifest = "school-district", mode = "full",
        options = new { batchSize = 100, secondaryIndexes = "buildAfterLoad" },
    };

    [Fact]
    public async Task Rows_are_loaded_without_secondary_indexes_which_are_there_again_at_the_end()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        var before = await SchemaAsync(scenario);
        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]", occurrence: 3);
        var api = await scenario.HostAsync();
        var runId = await api.StartAsync(Request);
        await held.Reached.WaitAsync(Api.Limit);
        var meanwhile = await SchemaAsync(scenario);
        Assert.Contains(before, thing => thing.Contains("student_by_school", StringComparison.Ordinal));
        Assert.DoesNotContain(meanwhile, thing => thing.Contains("student_by_school", StringComparison.Ordinal));
        Assert.DoesNotContain(meanwhile, thing => thing.Contains("enrollment_student", StringComparison.Ordinal));

        held.Release();
        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(runId), expected);
        Assert.Equal(before, await SchemaAsync(scenario));
        Assert.True(
            await scenario.Target.QueryAsync<bool>("SELECT reltuples > 0 FROM pg_class WHERE oid = 'school.student'::regclass"),
            "The statistics of school.student were not gathered.");
    }

    [Fact]
    public async Task A_terminated_load_builds_again_what_it_had_dropped()
    {
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        var before = await SchemaAsync(scenario);
        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]", occurrence: 3);
        var api = await scenario.HostAsync();
        var runId = await api.StartAsync(Request);
        await held.Reached.WaitAsync(Api.Limit);

        Assert.Equal(HttpStatusCode.Accepted, (await api.PostAsync($"migrations/{runId}/terminate")).Status);
        held.Release();

        await scenario.Target.UntilAsync("SELECT NOT EXISTS (SELECT FROM migration.dropped_definition)");
        Assert.Equal(before, await SchemaAsync(scenario));
        Assert.Equal(States.Terminated, (await api.StatusAsync(runId)).Status);
    }

    [Theory]
    [InlineData("tables.before-drop-commit:2")]
    [InlineData("tables.before-rebuild-commit:2")]
    [InlineData("tables.foreign-key-added:2")]
    [InlineData("tables.before-analyze:3")]
    public async Task A_load_ends_with_the_tables_as_they_were_after_a_kill_at(string point)
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Request);
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small, "killed");
        var before = await SchemaAsync(scenario);
        await Killing.OnAsync(scenario, Request, expected, point);
        Assert.Equal(before, await SchemaAsync(scenario));
    }

    static Task<IReadOnlyList<string>> SchemaAsync(Scenario scenario) => scenario.Target.ListAsync<string>(
        """
        SELECT pg_get_indexdef(indexrelid) || ' ' || indisvalid FROM pg_index
        WHERE indrelid::regclass::text LIKE 'school.%'
        UNION ALL
        SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated
        FROM pg_constraint WHERE conrelid::regclass::text LIKE 'school.%'
        ORDER BY 1
        """);
}
