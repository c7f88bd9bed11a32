using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests.Scripts;

/// <summary>The script that the rehearsal's pipeline runs, against a service in a process of its own: every exit code, with
/// what it leaves behind.</summary>
public sealed class RehearsalScriptTests(TargetServer server) : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rehearsal-");

    [Fact]
    public async Task A_rehearsal_that_ends_equal_is_compared_and_leaves_every_report()
    {
        await using var rehearsal = await RehearsalAsync();
        await using var script = Rehearse(rehearsal.Address, "--verify", "digest", "--", "--batch-size", "500");
        Assert.True(await script.ExitAsync() == 0, script.Output);
        Assert.Contains("exit code 0, done and equal", script.Output, StringComparison.Ordinal);
        Assert.Contains("batches ", script.Output, StringComparison.Ordinal);
        var run = Read("run-id.txt").Trim();
        foreach (var name in new[] { "report", "reconciliation" })
        {
            using var json = JsonDocument.Parse(Read($"{name}.json"));
            Assert.True(json.RootElement.GetProperty("isGood").GetBoolean());
            Assert.StartsWith("# ", Read($"{name}.md"), StringComparison.Ordinal);
            Assert.Contains("<html", Read($"{name}.html"), StringComparison.Ordinal);
            using var csv = ZipFile.OpenRead(Path.Combine(_folder.FullName, $"{name}.csv.zip"));
            Assert.NotEmpty(csv.Entries);
        }
        Assert.Contains(Read("report.md"), Read("summary.md"), StringComparison.Ordinal);
        var status = await rehearsal.Api.StatusAsync(run);
        Assert.Equal((States.CompletedWithRejects, MigrationFunctions.Core.Model.RunMode.Rehearsal), (status.Status, status.Mode));
        Assert.Equal(0, await rehearsal.Scenario.Target.QueryAsync<long>("SELECT count(*) FROM applied.log"));
    }

    [Fact]
    public async Task Over_the_reject_limit_the_code_is_1_and_the_report_is_there()
    {
        await using var rehearsal = await RehearsalAsync();
        await using var script = Rehearse(rehearsal.Address, "--tenants", "1", "--", "--reject-limit", "0");
        Assert.True(await script.ExitAsync() == 1, script.Output);
        Assert.Contains(ErrorCodes.RejectLimitExceeded, Read("report.md"), StringComparison.Ordinal);
        Assert.Contains("**Exit code 1:", Read("summary.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_manifest_is_2_and_the_summary_says_why()
    {
        await using var rehearsal = await RehearsalAsync();
        await using var script = Rehearse(rehearsal.Address, "--manifest", "no-such-manifest");
        Assert.True(await script.ExitAsync() == 2, script.Output);
        Assert.Contains("no-such-manifest", Read("summary.md"), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder.FullName, "run-id.txt")));
    }

    [Fact]
    public async Task A_service_that_is_not_there_or_refuses_the_key_is_3()
    {
        await using (var script = Rehearse(Nobody()))
            Assert.True(await script.ExitAsync() == 3, script.Output);
        await using var rehearsal = await RehearsalAsync();
        await using var refused = PipelineScript.Run("rehearse.sh", Arguments(rehearsal.Address), "another-key");
        Assert.True(await refused.ExitAsync() == 3, refused.Output);
        Assert.DoesNotContain("another-key", refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_another_run_holds_a_district_the_code_is_5()
    {
        await using var rehearsal = await RehearsalAsync();
        var held = rehearsal.Scenario.Source.Faults.HoldRows(contains: "[Gpa]");
        var first = await rehearsal.Api.StartAsync(new { manifest = "school-district", mode = "rehearsal", tenants = new[] { "2" } });
        await held.Reached.WaitAsync(Api.Limit);
        await using var script = Rehearse(rehearsal.Address, "--tenants", "1, 2");
        Assert.True(await script.ExitAsync() == 5, script.Output);
        Assert.Contains(first, Read("summary.md"), StringComparison.Ordinal);
        held.Release();
        await rehearsal.Api.EndAsync(first);
    }

    [Fact]
    public async Task SIGTERM_ends_the_run_and_the_code_is_4()
    {
        await using var rehearsal = await RehearsalAsync();
        var held = rehearsal.Scenario.Source.Faults.HoldRows(contains: "[Gpa]");
        await using var script = Rehearse(rehearsal.Address);
        await held.Reached.WaitAsync(Api.Limit);
        await script.SaysAsync("running");
        await script.StopAsync();
        var run = Read("run-id.txt").Trim();
        await rehearsal.Api.UntilAsync(run, s => s.Status == States.Terminating, "is being terminated");
        held.Release();
        Assert.True(await script.ExitAsync() == 4, script.Output);
        Assert.Equal(States.Terminated, (await rehearsal.Api.StatusAsync(run)).Status);
        Assert.Contains(States.Terminated, Read("report.md"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_a_cancelled_step_left_behind_is_ended_by_the_step_that_follows()
    {
        await using var rehearsal = await RehearsalAsync();
        await using (var nothing = Rehearse(rehearsal.Address, "--terminate"))
            Assert.True(await nothing.ExitAsync() == 0, nothing.Output);
        var held = rehearsal.Scenario.Source.Faults.HoldRows(contains: "[Gpa]");
        var run = await rehearsal.Api.StartAsync(new { manifest = "school-district", mode = "rehearsal" });
        await held.Reached.WaitAsync(Api.Limit);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "run-id.txt"), run);
        // What the source holds up ends later; the second time there is nothing new to be said.
        for (var time = 1; time <= 2; time++)
            await using (var script = Rehearse(rehearsal.Address, "--terminate"))
                Assert.True(await script.ExitAsync() == 0, script.Output);
        held.Release();
        Assert.Equal(States.Terminated, (await rehearsal.Api.EndAsync(run)).Status);
    }

    [Fact]
    public async Task In_a_pipeline_a_failure_is_an_error_of_the_step_and_the_summary_is_shown()
    {
        await using var script = PipelineScript.Run("rehearse.sh", Arguments(Nobody()), Api.Key, ("TF_BUILD", "True"));
        Assert.Equal(3, await script.ExitAsync());
        Assert.Contains(
            "##vso[task.logissue type=error]Rehearsal of school-district: exit code 3",
            script.Output, StringComparison.Ordinal);
        Assert.Contains($"##vso[task.uploadsummary]{_folder.FullName}/summary.md", script.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Api.Key, script.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--url")]
    [InlineData("--depth", "counts")]
    [InlineData("--url", "http://127.0.0.1:1", "--verify", "all")]
    [InlineData("--manifest", "school-district")]
    public async Task Wrong_use_is_2(params string[] arguments)
    {
        await using var script = PipelineScript.Run("rehearse.sh", arguments);
        Assert.True(await script.ExitAsync() == 2, script.Output);
        Assert.Contains("--help", script.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    PipelineScript Rehearse(Uri address, params string[] more) =>
        PipelineScript.Run("rehearse.sh", [.. Arguments(address), .. more], Api.Key);

    string[] Arguments(Uri address) => ["--url", address.GetLeftPart(UriPartial.Authority), "--output", _folder.FullName];

    string Read(string name) => File.ReadAllText(Path.Combine(_folder.FullName, name));

    async Task<ServedRehearsal> RehearsalAsync() => await ServedRehearsal.StartAsync(server);

    static Uri Nobody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://{listener.LocalEndpoint}");
    }
}
