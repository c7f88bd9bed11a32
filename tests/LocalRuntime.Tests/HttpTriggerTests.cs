using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace LocalRuntime.Tests;

public sealed class HttpTriggerTests
{
    [Fact]
    public async Task A_route_binds_its_values_and_its_result_is_written_as_camel_case_JSON()
    {
        await using var host = await TestHost.StartAsync();
        Assert.Equal(
            """{"id":7,"name":"chair","query":"x","function":"Thing","sameRequest":true,"canBeCanceled":true}""",
            await host.Http.GetStringAsync("/api/things/7/chair?q=x"));
        Assert.Contains("\"name\":null", await host.Http.GetStringAsync("/api/things/7"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/things/seven", HttpStatusCode.NotFound)]
    [InlineData("POST", "/api/things/7", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/things/7", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/by-id/not-a-guid", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/by-id/7b8a4a5e-5a66-4a70-9c0f-3a2d3b1f0e11", HttpStatusCode.OK)]
    public async Task Routes_constraints_and_methods_are_heeded(string method, string path, HttpStatusCode expected)
    {
        await using var host = await TestHost.StartAsync();
        using var answer = await host.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task The_prefix_of_host_json_is_heeded()
    {
        await using var host = await TestHost.StartAsync(
            hostJson: """{ "version": "2.0", "extensions": { "http": { "routePrefix": "v1/x" } } }""");
        Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync("/v1/x/things/7")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync("/api/things/7")).StatusCode);
    }

    [Fact]
    public async Task A_guarded_function_opens_to_the_right_key_only()
    {
        await using var host = await TestHost.StartAsync();
        var keys = host.Services.GetRequiredService<LocalRuntimeKeys>();
        var wrong = new[] { "", "?code=", "?code=wrong", "?code=" + keys.SystemKey, "?code=" + keys.FunctionKey[..^1] };
        foreach (var path in wrong)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.Http.GetAsync("/api/Guarded" + path)).StatusCode);
        }

        Assert.Equal("GET", await host.Http.GetStringAsync("/api/Guarded?code=" + keys.FunctionKey));
        using var both = new HttpRequestMessage(HttpMethod.Get, "/api/Guarded?code=" + keys.FunctionKey);
        both.Headers.Add("x-functions-key", "wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Http.SendAsync(both)).StatusCode);
        host.Http.DefaultRequestHeaders.Add("x-functions-key", keys.FunctionKey);
        Assert.Equal("PUT", await (await host.Http.PutAsync("/api/Guarded", null)).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Generated_keys_outlive_a_restart_and_are_readable_for_their_owner_only()
    {
        await using var host = await TestHost.StartAsync();
        var before = host.Services.GetRequiredService<LocalRuntimeKeys>().FunctionKey;
        await host.RestartAsync();
        Assert.Equal(before, host.Services.GetRequiredService<LocalRuntimeKeys>().FunctionKey);
        Assert.Equal(48, before.Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(
                    Path.Combine(host.Folder, "keys.json")));
        }
    }

    [Fact]
    public async Task An_unhandled_exception_is_answered_by_a_problem_without_its_inside()
    {
        await using var host = await TestHost.StartAsync();
        using var answer = await host.Http.PostAsync("/api/Breaks", null);
        var body = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("password", body, StringComparison.Ordinal);
        Assert.Contains("'Breaks'", body, StringComparison.Ordinal);
        Assert.Contains(
            host.World.Logs.Entries, entry => entry.Text.Contains("the password is 12345", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_management_addresses_of_a_started_instance_work_as_given()
    {
        await using var host = await TestHost.StartAsync();
        using var started = await StartAsync(host, "EventPair", "m1");
        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        var payload = await started.Content.ReadFromJsonAsync<Dictionary<string, string?>>() ?? [];
        Assert.Equal("m1", payload["id"]);
        Assert.Equal(started.Headers.Location!.ToString(), payload["statusQueryGetUri"]);
        using var running = await host.Http.GetAsync(payload["statusQueryGetUri"]);
        Assert.Equal(HttpStatusCode.Accepted, running.StatusCode);
        Assert.NotNull(running.Headers.Location);

        await host.UntilCustomStatusAsync("m1", "\"waiting\"");
        await PostAsync(payload["suspendPostUri"]!, HttpStatusCode.Accepted);
        await host.UntilStatusAsync("m1", Microsoft.DurableTask.Client.OrchestrationRuntimeStatus.Suspended);
        await PostAsync(payload["resumePostUri"]!, HttpStatusCode.Accepted);
        var raise = payload["sendEventPostUri"]!.Replace("{eventName}", "approval", StringComparison.Ordinal);
        await PostAsync(raise, HttpStatusCode.BadRequest, "{ not JSON");
        await PostAsync(raise, HttpStatusCode.Accepted, "\"one\"");
        await PostAsync(raise, HttpStatusCode.Accepted, "\"two\"");
        await host.EndOfAsync("m1");

        var status = await host.Http.GetFromJsonAsync<JsonElement>(payload["statusQueryGetUri"]);
        Assert.Equal("Completed", status.GetProperty("runtimeStatus").GetString());
        Assert.Equal("one,two", status.GetProperty("output").GetString());
        await PostAsync(raise, HttpStatusCode.Gone, "1");
        await PostAsync(payload["terminatePostUri"]!, HttpStatusCode.Gone);
        Assert.Equal(HttpStatusCode.OK, (await host.Http.DeleteAsync(payload["purgeHistoryDeleteUri"])).StatusCode);
        Assert.Equal(
            HttpStatusCode.NotFound, (await host.Http.DeleteAsync(payload["purgeHistoryDeleteUri"])).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync(payload["statusQueryGetUri"])).StatusCode);

        async Task PostAsync(string address, HttpStatusCode expected, string body = "")
        {
            using var content = new StringContent(body);
            using var answer = await host.Http.PostAsync(address, content);
            Assert.Equal(expected, answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_failed_instance_shows_its_failure_and_a_terminated_one_its_reason()
    {
        await using var host = await TestHost.StartAsync();
        using var failed = await StartAsync(host, "Throw", "m2");
        await host.EndOfAsync("m2");
        var status = await host.Http.GetFromJsonAsync<JsonElement>(failed.Headers.Location);
        Assert.Equal("System.IO.InvalidDataException: broken a", status.GetProperty("output").GetString());

        using var waiting = await StartAsync(host, "WaitForever", "m3");
        var payload = await waiting.Content.ReadFromJsonAsync<Dictionary<string, string?>>() ?? [];
        var terminate = payload["terminatePostUri"]!.Replace("{{text}}", "enough", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Accepted, (await host.Http.PostAsync(terminate, null)).StatusCode);
        Assert.Equal("enough", (await host.EndOfAsync("m3")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task The_management_addresses_open_to_the_system_key_only()
    {
        await using var host = await TestHost.StartAsync();
        await host.RunAsync("Chain", "a", "m4");
        var keys = host.Services.GetRequiredService<LocalRuntimeKeys>();
        const string Instances = "/runtime/webhooks/durabletask/instances";
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Http.GetAsync(Instances + "/m4")).StatusCode);
        Assert.Equal(
            HttpStatusCode.Unauthorized,
            (await host.Http.GetAsync(Instances + "/m4?code=" + keys.FunctionKey)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Http.DeleteAsync(Instances + "/m4")).StatusCode);
        Assert.Equal(
            HttpStatusCode.OK, (await host.Http.GetAsync(Instances + "/m4?code=" + keys.SystemKey)).StatusCode);
        var list = await host.Http.GetFromJsonAsync<JsonElement>(
            Instances + "?runtimeStatus=Completed,Failed&top=5&code=" + keys.SystemKey);
        Assert.Equal("m4", list[0].GetProperty("instanceId").GetString());
        using var large = new StringContent('"' + new string('x', 1024 * 1024) + '"');
        await host.Client.ScheduleNewOrchestrationInstanceAsync(
            "WaitForever", new Microsoft.DurableTask.StartOrchestrationOptions("m5"));
        var raised = await host.Http.PostAsync(Instances + "/m5/raiseEvent/never?code=" + keys.SystemKey, large);
        Assert.Equal(HttpStatusCode.BadRequest, raised.StatusCode);
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await host.Http.GetAsync(Instances + "?runtimeStatus=Nope&code=" + keys.SystemKey)).StatusCode);
    }

    static Task<HttpResponseMessage> StartAsync(TestHost host, string name, string instance) => host.Http.PostAsync(
        $"/api/start/{name}/{instance}?code={host.Services.GetRequiredService<LocalRuntimeKeys>().FunctionKey}", null);
}
