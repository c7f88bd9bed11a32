using Migrate.Tests.Running;
using MigrationFunctions.Connections;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Sources;

namespace Migrate.Tests.Commands;

public sealed class AnswersTests
{
    static readonly DateTime Now = new(2026, 3, 1, 8, 0, 0, DateTimeKind.Utc);
    static readonly Guid Id = Guid.Parse("0195f3a1-7c3e-8a11-9e55-2f6b1c0d9a42");

    [Fact]
    public async Task Check_shows_both_databases()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On("GET /api/health/connections", new
        {
            status = "ok",
            source = new SourceFacts("16.0.4165.4", "LegacySchool", "reader", Now, true, "Latin1_General_CI_AS"),
            target = new TargetFacts(new Version(17, 2), "schools", "migrator", false, Now, "UTF8"),
            somethingNew = 1,
        });

        var text = await Cli.RunAsync(service, "check");
        var json = await Cli.RunAsync(service, "check", "--json");

        Assert.Equal((ExitCodes.Done, ExitCodes.Done), (text.ExitCode, json.ExitCode));
        string[] facts = ["16.0.4165.4", "LegacySchool", "reader", "17.2", "migrator", "applies", "2026-03-01 08:00"];
        foreach (var fact in facts)
            Assert.Contains(fact, text.Output, StringComparison.Ordinal);
        Assert.All(text.Lines(), line => Assert.True(line.Length <= 100 && !line.EndsWith(' '), line));
        Assert.Equal("17.2", json.Json().GetProperty("target").GetProperty("version").GetString());
        Assert.Equal(1, json.Json().GetProperty("somethingNew").GetInt32());
    }

    [Fact]
    public async Task Check_shows_how_each_connection_logs_in()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On("GET /api/health/connections", new
        {
            status = "ok",
            source = new SourceFacts("16.0.4165.4", "LegacySchool", "reader", Now, true, "Latin1_General_CI_AS"),
            target = new TargetFacts(new Version(17, 2), "schools", "migrator", false, Now, "UTF8"),
            connections = new[]
            {
                new ConnectionStatus("Source", ConnectionMethod.KeyVault, "environment variable")
                {
                    Secret = new SecretStatus(
                        "source-password", "environment variable", "5f3a9c0011223344", new(Now, TimeSpan.Zero)),
                },
                new ConnectionStatus("Target", ConnectionMethod.Entra, "environment variable")
                {
                    Token = new TokenStatus(new(Now.AddHours(1), TimeSpan.Zero)),
                },
                new ConnectionStatus("Rehearsal", ConnectionMethod.KeyVault, "user secrets")
                {
                    Secret = new SecretStatus("rehearsal-password", "user secrets", null, null),
                },
                new ConnectionStatus("RehearsalDirect", null, "file local.settings.json"),
            },
        });

        var text = await Cli.RunAsync(service, "check");

        Assert.Equal(ExitCodes.Done, text.ExitCode);
        Assert.Contains("Source           keyVault", text.Output, StringComparison.Ordinal);
        string[] facts =
        [
            "source-password     5f3a9c00  2026-03-01 08:00", "entra", "2026-03-01 09:00", "rehearsal-password  unread",
            "user secrets", "malformed",
        ];
        foreach (var fact in facts)
            Assert.Contains(fact, text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ends_with_3_when_a_database_cannot_be_used()
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnProblems("GET /api/health/connections", 503,
            Runs.Problem(ErrorCodes.SourceLoginRefused), Runs.Problem(ErrorCodes.TargetUnreachable));

        var result = await Cli.RunAsync(service, "check");

        Assert.Equal(ExitCodes.CannotConnect, result.ExitCode);
        Assert.Contains(ErrorCodes.SourceLoginRefused, result.Error, StringComparison.Ordinal);
        Assert.Contains(ErrorCodes.TargetUnreachable, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Manifests_are_listed_with_what_is_wrong()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On("GET /api/manifests", new
        {
            manifests = new object[]
            {
                new { name = "good", file = "good.json", description = "All is well.", problems = Array.Empty<int>() },
                new { name = "bad", file = "bad.json", problems = new[] { Runs.Problem("MIG1004") } },
            },
        });

        var result = await Cli.RunAsync(service, "manifests");

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Contains(result.Lines(), l => l.Contains("good") && l.Contains("valid") && l.Contains("All is well."));
        Assert.Contains(result.Lines(), l => l.Contains("bad") && l.Contains("1 problem"));
    }

    [Theory]
    [InlineData("suspend")]
    [InlineData("resume")]
    [InlineData("terminate")]
    public async Task Steering_posts_and_tells_the_new_state(string verb)
    {
        await using var service = await ScriptedService.StartAsync();
        service.On($"POST /api/migrations/{Runs.Id}/{verb}", new { runId = Runs.Id, status = "steered" }, 202);

        var text = await Cli.RunAsync(service, verb, Runs.Id);
        var json = await Cli.RunAsync(service, verb, Runs.Id, "--json");

        Assert.Equal((ExitCodes.Done, $"Run {Runs.Id}: steered.\n"), (text.ExitCode, text.Output));
        Assert.Equal("steered", json.Json().GetProperty("status").GetString());
    }

    [Theory]
    [InlineData(404, ErrorCodes.RunNotFound, ExitCodes.WrongUse)]
    [InlineData(409, ErrorCodes.RunNotSteerable, ExitCodes.Conflict)]
    public async Task Steering_a_run_that_cannot_be_steered_is_refused(int status, string code, int exitCode)
    {
        await using var service = await ScriptedService.StartAsync();
        service.OnProblems($"POST /api/migrations/{Runs.Id}/suspend", status, Runs.Problem(code));

        var result = await Cli.RunAsync(service, "suspend", Runs.Id);

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(code, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Map_asks_either_way()
    {
        await using var service = await ScriptedService.StartAsync();
        var match = new LegacyIdMatch("student", Guid.Empty, "10/01 ä", Id);
        service.On("GET /api/mappings/student", match).On($"GET /api/mappings/student/{Id}", match);

        var byLegacyId = await Cli.RunAsync(service, "map", "student", "7", "10/01 ä");
        var byId = await Cli.RunAsync(service, "map", "student", Id.ToString("B"), "--json");

        Assert.Equal(ExitCodes.Done, byLegacyId.ExitCode);
        Assert.Contains(Id.ToString(), byLegacyId.Output, StringComparison.Ordinal);
        Assert.Equal("?tenant=7&legacyId=10%2F01%20%C3%A4", service.Requests.First().Query);
        Assert.Equal("10/01 ä", byId.Json().GetProperty("legacyId").GetString());
    }

    [Fact]
    public async Task A_name_from_the_database_cannot_steer_the_terminal()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On("GET /api/mappings/student",
            new LegacyIdMatch("student", Guid.Empty, "\u001b[2J\r\n\u202Etxt", Id));

        var result = await Cli.RunAsync(service, "map", "student", "7", "1");

        Assert.Contains("legacy id  \uFFFD[2J\uFFFD\uFFFD\uFFFDtxt\n", result.Output, StringComparison.Ordinal);
    }
}
