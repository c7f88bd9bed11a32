using System.Text.Json;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>The one command that a newcomer types.</summary>
public sealed class DemoTests(TargetServer server)
{
    [Fact]
    public async Task The_demo_migrates_and_prints_one_json_object()
    {
        if (server.MissingBecause is { } reason)
            Assert.Skip(reason);
        // A server of its own: the demo gives the sample's roles new passwords.
        await using var demo = ServiceProcess.Run(
            ["demo", "--json", "--rows", "2000", "--seed", "7"],
            [KeyValuePair.Create<string, string?>("MIGRATION_TEST_POSTGRES", "")]);
        var output = demo.OutputAsync();
        var code = await demo.ExitAsync();
        Assert.True(code == 0, $"The demo ended with {code}:\n{demo.Errors}");
        var json = JsonSerializer.Deserialize<JsonElement>(await output);
        Assert.NotEmpty(json.GetProperty("runId").GetString()!);
        Assert.StartsWith("completed", json.GetProperty("status").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            json.GetProperty("rowsRead").GetInt64(),
            json.GetProperty("rowsWritten").GetInt64() + json.GetProperty("rowsRejected").GetInt64()
            + json.GetProperty("rowsFiltered").GetInt64());
        Assert.True(json.GetProperty("rowsRead").GetInt64() > 1_900);
        Assert.True(json.GetProperty("seconds").GetDouble() > 0);
        Assert.True(json.GetProperty("rowsPerSecond").GetDouble() > 0);
        Assert.True(json.GetProperty("peakMemoryMb").GetDouble() > 0);
        Assert.Equal(3, json.GetProperty("tenants").GetArrayLength());
        Assert.All(json.GetProperty("tenants").EnumerateArray(),
            t => Assert.Equal(6, t.GetProperty("entities").GetArrayLength()));
    }
}
