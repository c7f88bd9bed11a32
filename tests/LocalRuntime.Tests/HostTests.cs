using LocalRuntime.Functions;
using LocalRuntime.TaskHubs.Sqlite;

namespace LocalRuntime.Tests;

public sealed class HostTests
{
    [Fact]
    public async Task A_second_owner_of_the_task_hub_is_refused_by_name()
    {
        await using var host = await TestHost.StartAsync();
        var failure = Assert.Throws<InvalidOperationException>(() => new TaskHubStore(host.Folder));
        Assert.Contains(host.Folder, failure.Message, StringComparison.Ordinal);
        Assert.Contains("in use by another process", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_history_of_another_layout_is_refused_and_the_folder_left_free()
    {
        var folder = Directory.CreateTempSubdirectory("local-runtime-").FullName;
        using (var connection = new StoreConnection(Path.Combine(folder, "history.db")))
        {
            connection.Execute("PRAGMA user_version = 99");
        }

        for (var i = 0; i < 2; i++)
        {
            var failure = Assert.Throws<InvalidOperationException>(() => new TaskHubStore(folder));
            Assert.Contains("layout 99", failure.Message, StringComparison.Ordinal);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_given_key_one_is_generated(string? given)
    {
        var folder = Directory.CreateTempSubdirectory("local-runtime-").FullName;
        Assert.Equal(48, LocalRuntimeKeys.Load(folder, given).FunctionKey.Length);
        Assert.Equal("given", LocalRuntimeKeys.Load(folder, "given").FunctionKey);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_damaged_file_of_keys_is_refused_with_the_remedy()
    {
        var folder = Directory.CreateTempSubdirectory("local-runtime-").FullName;
        File.WriteAllText(Path.Combine(folder, "keys.json"), "{ \"functionKey\": ");
        var failure = Assert.Throws<InvalidOperationException>(() => LocalRuntimeKeys.Load(folder, null));
        Assert.Contains("Delete it to have new keys generated.", failure.Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Host_json_bounds_the_number_of_activities_that_run_at_once()
    {
        await using var host = await TestHost.StartAsync(
            hostJson: """
                { "extensions": { "durableTask": { "maxConcurrentActivityFunctions": 2, "hubName": "Hub" } } }
                """);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("GatedFan", 5);
        await host.World.UntilCount("Gated.fan", 2);
        Assert.Equal(2, host.World.CountOf(RuntimeSeams.ActivityBeforeStart));
        host.World.Release("fan");
        await host.EndOfAsync(id);
        Assert.Equal(5, host.World.CountOf("Gated.fan"));
        Assert.Equal("Hub", host.Settings.HubName);
    }

    [Fact]
    public async Task What_host_json_says_to_the_host_in_Azure_alone_is_passed_over()
    {
        await using var host = await TestHost.StartAsync(
            hostJson: """
                {
                  "version": "2.0", "telemetryMode": "OpenTelemetry",
                  "extensions": {
                    "http": {
                      "routePrefix": "v1", "maxOutstandingRequests": 200, "maxConcurrentRequests": 50,
                      "dynamicThrottlesEnabled": false, "hsts": { "isEnabled": true, "maxAge": "365" },
                      "customHeaders": { "X-Content-Type-Options": "nosniff" }
                    }
                  }
                }
                """);
        Assert.Equal("v1", host.Settings.RoutePrefix);
    }

    [Theory]
    [InlineData("{ broken", "host.json: ")]
    [InlineData("""{ "extensions": { "durableTask": { "maxConcurrentActivityFunctions": 0 } } }""", "a positive whole")]
    public async Task A_host_json_that_cannot_be_read_stops_the_start(string text, string part)
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => TestHost.StartAsync(hostJson: text));
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_with_two_triggers_none_or_a_wrong_one_is_refused_by_name()
    {
        foreach (var name in new[] { nameof(NoTrigger), nameof(TwoTriggers), nameof(WrongRequest) })
        {
            var failure = Assert.Throws<InvalidOperationException>(
                () => FunctionDescriptor.Of(
                    typeof(HostTests).GetMethod(name, (System.Reflection.BindingFlags)(-1))!, name));
            Assert.Contains($"Function '{name}'", failure.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// Live orchestrators are not replayed; a restart replays each of them once. So cost grows linearly with activities. It rests
    /// on the dispatcher's going on with the cursor of a work item that it gets again.
    /// </summary>
    [Fact]
    public async Task An_orchestrator_is_replayed_once_after_a_restart_and_never_while_live()
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("SequenceThenGate", 50);
        await host.World.UntilCount("Gated.end", 1);
        Assert.Equal(1, host.World.CountOf("SequenceThenGate.run"));
        await host.CrashAndReopenAsync();
        host.World.Release("end");
        await host.EndOfAsync(id);
        Assert.Equal(2, host.World.CountOf("SequenceThenGate.run"));
    }

    [Fact]
    public async Task Without_extended_sessions_every_turn_replays()
    {
        await using var host = await TestHost.StartAsync(extendedSessions: false);
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("SequenceThenGate", 20);
        host.World.Release("end");
        await host.EndOfAsync(id);
        Assert.Equal(22, host.World.CountOf("SequenceThenGate.run"));
    }

    static void NoTrigger(string text) => _ = text;

    static void WrongRequest([Microsoft.Azure.Functions.Worker.HttpTrigger] string request) => _ = request;

    static void TwoTriggers(
        [Microsoft.Azure.Functions.Worker.ActivityTrigger] string one,
        [Microsoft.Azure.Functions.Worker.ActivityTrigger] string two) => _ = one + two;
}
