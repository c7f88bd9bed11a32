using System.Net;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>Dry runs, rehearsals, the two write paths, repetitions, and manifests that changed.</summary>
public sealed class ModeTests(TargetServer server)
{
    [Fact]
    public async Task A_dry_run_tells_the_figures_of_the_full_run_that_follows_and_leaves_nothing()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var untouched = await scenario.Target.DigestsAsync();
        var api = await scenario.HostAsync();
        var dry = await api.EndAsync(await api.StartAsync(
            new { manifest = "school-district", mode = "dryRun", options = new { batchSize = 100 } }));
        var after = await scenario.Target.DigestsAsync();
        Assert.Equal(untouched, after);
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM applied.log"));
        Assert.Equal(0,
            await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.batch_state WHERE ledger = 'full'"));
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.dry_run_id"));

        var full = await api.EndAsync(await api.StartAsync(Schools.Request));
        Assert.Equal(RunTraces.FiguresOf(full), RunTraces.FiguresOf(RunTraces.AsWritten(dry)));
        await Killing.AssertAsUndisturbedAsync(scenario, full, expected);
    }

    [Fact]
    public async Task What_two_targets_that_are_one_database_have_a_record_of_is_listed_once()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        scenario.Settings["Migration:RehearsalConnection"] = scenario.Target.Writer;
        var api = await scenario.HostAsync();
        await api.EndAsync(await api.StartAsync(Schools.Request));
        await api.ReconcileAsync(new { manifest = "school-district", depth = "counts" });

        foreach (var listed in new[] { "migrations", "reconciliations" })
            Assert.Single((await api.GetAsync(listed)).Json.GetProperty(listed).EnumerateArray());
    }

    [Fact]
    public async Task A_rehearsal_writes_only_into_a_database_that_is_named_for_it()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        await using var rehearsal = await server.CreateAsync("rehearsal");
        var request = new { manifest = "school-district", mode = "rehearsal", options = new { batchSize = 100 } };
        scenario.Settings["Migration:RehearsalConnection"] = scenario.Target.Writer;
        scenario.Settings["Migration:RehearsalDirectConnection"] = scenario.Target.Direct;
        var refused = await (await scenario.HostAsync()).PostAsync("migrations", request);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal([ErrorCodes.TargetNotForRehearsal], refused.Codes);
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.run"));
        await scenario.StopAsync();

        scenario.Settings["Migration:RehearsalConnection"] = rehearsal.Writer;
        scenario.Settings["Migration:RehearsalDirectConnection"] = rehearsal.Direct;
        var api = await scenario.HostAsync();
        var status = await api.EndAsync(await api.StartAsync(request));
        Assert.Equal(States.CompletedWithRejects, status.Status);
        Assert.Equal(expected.Digests, await rehearsal.DigestsAsync());
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM applied.log"));
        await scenario.StopAsync();
    }

    [Fact]
    public async Task Without_a_direct_connection_the_staged_path_writes_the_same_bytes()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        scenario.Settings.Remove("Migration:DirectConnection");
        var api = await scenario.HostAsync();
        var status = await api.EndAsync(await api.StartAsync(Schools.Request));
        await Killing.AssertAsUndisturbedAsync(scenario, status, expected);
        Assert.Equal(
            ["staged"],
            await scenario.Target.ListAsync<string>("SELECT DISTINCT write_path FROM migration.batch_state"));
    }

    [Fact]
    public async Task A_second_full_run_of_the_same_manifest_does_nothing_and_tells_the_same_figures()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        var first = await api.EndAsync(await api.StartAsync(Schools.Request));
        var second = await api.EndAsync(await api.StartAsync(Schools.Request));
        Assert.NotEqual(first.RunId, second.RunId);
        await Killing.AssertAsUndisturbedAsync(scenario, second, expected);
        Assert.Equal(
            [first.RunId],
            await scenario.Target.ListAsync<string>("SELECT DISTINCT run_id FROM migration.batch_state"));
    }

    [Fact]
    public async Task A_manifest_that_changed_since_is_refused_naming_the_field()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var manifests = Directory.CreateTempSubdirectory("manifests-");
        try
        {
            var file = Path.Combine(manifests.FullName, "school-district.json");
            var text = await File.ReadAllTextAsync(
                Path.Combine(AppContext.BaseDirectory, "manifests", "school-district.json"));
            await File.WriteAllTextAsync(file, text);
            scenario.Settings["Migration:ManifestFolder"] = manifests.FullName;
            var api = await scenario.HostAsync();
            await api.EndAsync(
                await api.StartAsync(new { manifest = "school-district", mode = "full", tenants = new[] { "3" } }));

            await File.WriteAllTextAsync(
                file, text.Replace("\"name\": \"testStudents\", \"column\": \"IsTest\", \"equalTo\": true",
                    "\"name\": \"testStudents\", \"column\": \"IsTest\", \"equalTo\": false",
                    StringComparison.Ordinal));
            var answer = await api.PostAsync("migrations", Schools.Request);
            Assert.Equal(HttpStatusCode.Conflict, answer.Status);
            Assert.Equal([ErrorCodes.ManifestChanged], answer.Codes);
            Assert.Contains(
                "$.entities['student'].filters['testStudents'].equalTo",
                answer.Json.GetProperty("problems")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        }
        finally
        {
            manifests.Delete(recursive: true);
        }
    }
}
