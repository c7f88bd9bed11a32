using Microsoft.Extensions.Time.Testing;
using Migrate.Client;
using Migrate.Tests.Running;

namespace Migrate.Tests.Client;

public sealed class MigrationClientTests : IDisposable
{
    const string Runs = "GET /api/migrations";

    static readonly object NoRuns = new { migrations = Array.Empty<object>() };

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("migrate-client-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_key_of_the_option_goes_before_the_environments_and_that_before_the_local_hosts()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs, NoRuns);
        _folder.CreateSubdirectory(".migration");
        File.WriteAllText(
            Path.Combine(_folder.FullName, ".migration", "keys.json"),
            """{"functionKey":"ofhost","systemKey":"other"}""");

        await new Cli { Folder = _folder.FullName }.With("MIGRATE_KEY", "ofenvironment")
            .InvokeAsync(service, "status", "--key", "given");
        await new Cli { Folder = _folder.FullName }.With("MIGRATE_KEY", "ofenvironment").InvokeAsync(service, "status");
        await new Cli { Folder = _folder.FullName }.InvokeAsync(service, "status");
        await new Cli().InvokeAsync(service, "status");

        Assert.Equal(["given", "ofenvironment", "ofhost", null], service.Requests.Select(r => r.Key));
    }

    [Fact]
    public void The_local_hosts_key_stays_on_this_machine()
    {
        _folder.CreateSubdirectory(".migration");
        File.WriteAllText(Path.Combine(_folder.FullName, ".migration", "keys.json"), """{"functionKey":"ofhost"}""");

        Assert.Null(FunctionKey.Find(null, null, new Uri("https://example.org/api/"), _folder.FullName));
        Assert.Equal("ofhost", FunctionKey.Find(null, null, new Uri("http://[::1]:7071/api/"), _folder.FullName));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void A_key_file_that_is_none_gives_no_key(string text)
    {
        _folder.CreateSubdirectory(".migration");
        File.WriteAllText(Path.Combine(_folder.FullName, ".migration", "keys.json"), text);

        Assert.Null(FunctionKey.Find(null, null, new Uri("http://localhost/api/"), _folder.FullName));
    }

    [Fact]
    public async Task A_refused_key_is_never_printed()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs, "", 401);

        var text = await Cli.RunAsync(service, "status", "--key", "verysecret");
        var json = await Cli.RunAsync(service, "status", "--key", "verysecret", "--json");

        Assert.Equal((ExitCodes.CannotConnect, ExitCodes.CannotConnect), (text.ExitCode, json.ExitCode));
        Assert.Contains(CliErrorCodes.KeyRefused, text.Error, StringComparison.Ordinal);
        Assert.Equal(CliErrorCodes.KeyRefused, json.Json().GetProperty("problems")[0].GetProperty("code").GetString());
        Assert.DoesNotContain("verysecret", text.Error + text.Output + json.Error + json.Output,
            StringComparison.Ordinal);
        Assert.DoesNotContain(
            "verysecret", new ServiceAddress(new Uri("http://host/api/"), "verysecret", TimeSpan.Zero).ToString(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:7071", "http://localhost:7071/api/")]
    [InlineData("http://localhost:7071/", "http://localhost:7071/api/")]
    [InlineData("https://example.org/api", "https://example.org/api/")]
    [InlineData("https://example.org/tools/API/", "https://example.org/tools/API/")]
    [InlineData("https://example.org/tools", "https://example.org/tools/api/")]
    public void The_address_may_have_the_prefix_or_not(string url, string api) =>
        Assert.Equal(api, ServiceAddress.ApiOf(url).ToString());

    [Fact]
    public async Task The_environment_names_the_service_where_the_command_line_does_not()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs, NoRuns);

        var result = await new Cli().With("MIGRATE_URL", service.Url).InvokeAsync("status");

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task A_redirection_is_told_and_not_followed()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs, "", 302, ("Location", "https://elsewhere.example/login?token=secret"));

        var result = await Cli.RunAsync(service, "status");

        Assert.Equal(ExitCodes.WrongUse, result.ExitCode);
        Assert.Contains("https://elsewhere.example/login.", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>Welcome</html>")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"migrations":[{"runId":7}]}""")]
    public async Task An_answer_of_something_else_is_told(string body)
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs, body);

        var result = await Cli.RunAsync(service, "status", "--json");

        Assert.Equal(ExitCodes.CannotConnect, result.ExitCode);
        Assert.Equal(CliErrorCodes.UnexpectedAnswer,
            result.Json().GetProperty("problems")[0].GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(403, CliErrorCodes.KeyRefused)]
    [InlineData(404, CliErrorCodes.UnexpectedAnswer)]
    [InlineData(413, CliErrorCodes.UnexpectedAnswer)]
    [InlineData(429, CliErrorCodes.ServiceFailed)]
    [InlineData(500, CliErrorCodes.ServiceFailed)]
    [InlineData(503, CliErrorCodes.ServiceFailed)]
    public async Task A_status_without_a_word_gets_a_code_and_a_remedy(int status, string code)
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs, "<h1>Oh dear</h1>", status);

        var result = await Cli.RunAsync(service, "status", "--json");

        var problem = result.Json().GetProperty("problems")[0];
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.NotEmpty(problem.GetProperty("remedy").GetString()!);
    }

    [Fact]
    public async Task A_service_that_is_not_there_and_one_that_does_not_answer_are_told_apart()
    {
        using var nobody = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        nobody.Start();
        var address = $"http://{nobody.LocalEndpoint}";
        nobody.Stop();
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs, http => Task.Delay(Timeout.Infinite, http.RequestAborted));

        var absent = await Cli.RunAsync("status", "--json", "--url", address);
        var silent = await Cli.RunAsync(service, "status", "--json", "--timeout", "1");

        Assert.Equal((ExitCodes.CannotConnect, CliErrorCodes.Unreachable), (absent.ExitCode, CodeOf(absent)));
        Assert.Equal((ExitCodes.CannotConnect, CliErrorCodes.TimedOut), (silent.ExitCode, CodeOf(silent)));

        static string? CodeOf(CliResult result) => result.Json().GetProperty("problems")[0].GetProperty("code").GetString();
    }

    [Fact]
    public async Task A_call_that_App_Service_wants_a_token_for_is_told_so_and_not_of_a_key()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs, "", 401, ("WWW-Authenticate", "Bearer realm=\"app.azurewebsites.net\""));

        var result = await Cli.RunAsync(service, "status");

        Assert.Equal(ExitCodes.CannotConnect, result.ExitCode);
        Assert.Contains("--entra", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("function key", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_listening_is_3_with_the_way_out()
    {
        var unused = await ScriptedService.StartAsync();
        var url = unused.Url;
        await unused.DisposeAsync();

        var result = await Cli.RunAsync("status", "--url", url);

        Assert.Equal(ExitCodes.CannotConnect, result.ExitCode);
        Assert.Contains("migrate serve", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_read_whose_connection_breaks_is_repeated_and_a_start_is_not()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs, http => { http.Abort(); return Task.CompletedTask; }).On(Runs, NoRuns);
        service.On("POST /api/migrations", http => { http.Abort(); return Task.CompletedTask; });

        var read = await Cli.RunAsync(service, "status");
        var start = await Cli.RunAsync(service, "start", "x");

        Assert.Equal((ExitCodes.Done, ExitCodes.CannotConnect), (read.ExitCode, start.ExitCode));
        Assert.Equal(2, service.Requests.Count(r => r.Line == Runs));
        Assert.Single(service.Requests, r => r.Line == "POST /api/migrations");
    }

    [Fact]
    public async Task A_call_that_came_too_often_is_repeated_when_the_service_says_so_whatever_it_does()
    {
        await using var service = await ScriptedService.StartAsync();
        const string Suspend = "POST /api/migrations/1/suspend";
        service.On(Runs, "", 429, ("Retry-After", "7")).On(Runs, "", 429).On(Runs, NoRuns);
        service.On(Suspend, "", 429, ("Retry-After", "5")).On(Suspend, new { runId = "1", status = "suspended" }, 202);
        var (reading, steering) = (new EagerClock(), new EagerClock());

        var read = await new Cli { Clock = reading }.InvokeAsync(service, "status");
        var steered = await new Cli { Clock = steering }.InvokeAsync(service, "suspend", "1");

        Assert.Equal((ExitCodes.Done, ExitCodes.Done), (read.ExitCode, steered.ExitCode));
        Assert.Equal((TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(5)), (reading.Passed, steering.Passed));
        Assert.Equal((3, 2), (
            service.Requests.Count(r => r.Line == Runs), service.Requests.Count(r => r.Line == Suspend)));
    }

    [Theory]
    [InlineData("1", 4)]
    [InlineData("3600", 1)]
    public async Task A_service_that_goes_on_refusing_is_given_up(string retryAfter, int asked)
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs, "", 429, ("Retry-After", retryAfter));

        var result = await Cli.RunAsync(service, "status");

        Assert.Equal(ExitCodes.CannotConnect, result.ExitCode);
        Assert.Equal(asked, service.Requests.Count);
    }

    [Theory]
    [InlineData(401, "MIG6021", ExitCodes.CannotConnect)]
    [InlineData(403, "MIG6023", ExitCodes.CannotConnect)]
    [InlineData(413, "MIG6026", ExitCodes.WrongUse)]
    [InlineData(500, "MIG6029", ExitCodes.Failed)]
    public async Task A_refusal_is_told_with_its_code_and_remedy(int status, string code, int expected)
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnProblems(Runs, status, Running.Runs.Problem(code));

        var result = await Cli.RunAsync(service, "status");

        Assert.Equal(expected, result.ExitCode);
        Assert.Contains(code, result.Error, StringComparison.Ordinal);
        Assert.Contains("Make it right.", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_does_not_answer_is_given_up_after_the_time_out()
    {
        await using var service = await ScriptedService.StartAsync();
        var clock = new FakeTimeProvider();
        service.On(Runs, async http =>
        {
            clock.Advance(TimeSpan.FromSeconds(100));
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        });

        var result = await new Cli { Clock = clock }.InvokeAsync(service, "status");

        Assert.Equal(ExitCodes.CannotConnect, result.ExitCode);
        Assert.Contains("No answer within 100 s", result.Error, StringComparison.Ordinal);
    }
}
