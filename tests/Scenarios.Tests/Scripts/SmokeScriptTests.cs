using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests.Scripts;

/// <summary>The script that looks at a fresh deployment, and the container's health probe and stop.</summary>
public sealed class SmokeScriptTests(HostedScenario hosted) : IClassFixture<HostedScenario>
{
    string Url => hosted.Api.Address.GetLeftPart(UriPartial.Authority);

    [Fact]
    public async Task A_service_that_lives_and_reaches_its_databases_passes()
    {
        await using var script = PipelineScript.Run("smoke.sh", ["--url", Url, "--wait", "30"], Api.Key);
        Assert.True(await script.ExitAsync() == 0, script.Output);
        Assert.Contains("Live: ", script.Output, StringComparison.Ordinal);
        Assert.Contains("PostgreSQL", script.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Api.Key, script.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_executes_what_it_is_given_passes_and_keeps_nothing_of_it()
    {
        await using var script = PipelineScript.Run(
            "smoke.sh", ["--url", Url, "--wait", "30", "--manifest", "school-district"], Api.Key);
        Assert.True(await script.ExitAsync() == 0, script.Output);
        Assert.Contains("Started, read back and ended: dry run ", script.Output, StringComparison.Ordinal);
        await using var unknown = PipelineScript.Run(
            "smoke.sh", ["--url", Url, "--wait", "30", "--manifest", "no-such-manifest"], Api.Key);
        Assert.True(await unknown.ExitAsync() == 3, unknown.Output);
    }

    [Fact]
    public async Task Without_the_right_key_only_life_is_seen()
    {
        await using var live = PipelineScript.Run("smoke.sh", ["--url", Url, "--wait", "0", "--live-only"]);
        Assert.True(await live.ExitAsync() == 0, live.Output);
        await using var all = PipelineScript.Run("smoke.sh", ["--url", Url, "--wait", "0"], "another-key");
        Assert.True(await all.ExitAsync() == 3, all.Output);
        Assert.DoesNotContain("another-key", all.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_nobody_answers_it_fails_when_the_time_is_up()
    {
        await using var script = PipelineScript.Run("smoke.sh", ["--url", $"http://127.0.0.1:{FreePort()}", "--wait", "0"], Api.Key);
        Assert.True(await script.ExitAsync() == 3, script.Output);
    }

    [Fact]
    public async Task The_health_probe_of_the_container_knows_life_from_death()
    {
        await using var alive = PipelineScript.Run("../../container/healthcheck.sh", [$"{hosted.Api.Address.Port}"]);
        Assert.True(await alive.ExitAsync() == 0, alive.Output);
        await using var dead = PipelineScript.Run("../../container/healthcheck.sh", [$"{FreePort()}"]);
        Assert.NotEqual(0, await dead.ExitAsync());
    }

    [Fact]
    public async Task The_stop_of_the_container_drains_the_host_and_waits_until_nothing_is_at_work()
    {
        var port = FreePort();
        var keys = Path.GetTempFileName();
        await File.WriteAllTextAsync(keys, "{\n \"masterKey\": { \"name\": \"master\", \"value\": \"m4st3r\" }\n}");
        await using var host = WebApplication.Create();
        host.Urls.Add($"http://127.0.0.1:{port}");
        var asked = new List<string>();
        host.Use(async (context, next) =>
        {
            lock (asked)
                asked.Add($"{context.Request.Method} {context.Request.Path} {context.Request.Headers["x-functions-key"]}");
            await next();
        });
        host.MapPost("/admin/host/drain", () => Results.Accepted());
        host.MapGet("/admin/host/drain/status", () => new { state = asked.Count < 4 ? "InProgress" : "Completed", outstandingInvocations = 1 });
        await host.StartAsync();

        await using var drained = PipelineScript.Run("../../container/drain.sh", [$"{port}", "600", keys]);
        var code = await drained.ExitAsync();
        await using var dead = PipelineScript.Run("../../container/drain.sh", [$"{FreePort()}", "600", keys]);

        Assert.True(code == 0, drained.Output);
        Assert.NotEqual(0, await dead.ExitAsync());
        Assert.Equal(
            ["POST /admin/host/drain m4st3r", .. Enumerable.Repeat("GET /admin/host/drain/status m4st3r", 3)], asked);
        Assert.DoesNotContain("m4st3r", drained.Output + dead.Output, StringComparison.Ordinal);
        File.Delete(keys);
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
