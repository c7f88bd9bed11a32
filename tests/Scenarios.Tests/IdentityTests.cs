using System.Net;
using System.Text.Json;
using Azure.Core;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Migrate;
using Migrate.Tests.Running;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Npgsql;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>The service as it runs in Azure: no password in any setting, a token for the source, secrets of a vault for
/// the target.</summary>
public sealed class IdentityTests(TargetServer server) : IAsyncLifetime
{
    const string SourceToken = "token-of-the-source-0815";
    static readonly DateTimeOffset TokenEnds = new(2036, 5, 1, 12, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset SecretEnds = new(2036, 8, 1, 12, 0, 0, TimeSpan.Zero);
    readonly FakeIdentity _identity = new(_ => new AccessToken(SourceToken, TokenEnds));
    FakeVault? _vault;

    FakeVault Vault => _vault!;

    public async ValueTask InitializeAsync() => _vault = await FakeVault.StartAsync();

    public ValueTask DisposeAsync() => Vault.DisposeAsync();

    [Fact]
    public async Task A_migration_runs_without_a_password_in_any_setting_and_shows_none()
    {
        await using var scenario = await CreateAsync();
        var api = await scenario.HostAsync(environment: "Production", setUp: Replace);

        var status = await api.EndAsync(await api.StartAsync(Schools.Request));
        var health = await api.GetAsync("health/connections");

        Assert.Equal(States.CompletedWithRejects, status.Status);
        Assert.Equal(HttpStatusCode.OK, health.Status);
        var shown = health.Json.GetProperty("connections").EnumerateArray()
            .ToDictionary(c => c.GetProperty("connection").GetString()!);
        Assert.Equal(["Direct", "Source", "Target"], shown.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("entra", "memory"), (Text(shown["Source"], "method"), Text(shown["Source"], "settingFrom")));
        Assert.Equal(TokenEnds, shown["Source"].GetProperty("token").GetProperty("expiresOn").GetDateTimeOffset());
        var secret = shown["Target"].GetProperty("secret");
        Assert.Equal(
            ("keyVault", "target-password", "memory", "v1"),
            (Text(shown["Target"], "method"), Text(secret, "name"), Text(secret, "settingFrom"),
                Text(secret, "version")));
        Assert.Equal(SecretEnds, secret.GetProperty("expiresOn").GetDateTimeOffset());
        Assert.All(Secrets(scenario), s => Assert.DoesNotContain(s, health.Text, StringComparison.Ordinal));
        Assert.Equal(
            [
                new CredentialExpiry("Direct", "secret", SecretEnds),
                new CredentialExpiry("Source", "token", TokenEnds),
                new CredentialExpiry("Target", "secret", SecretEnds),
            ],
            scenario.Service<ICredentialExpiry>().Known.OrderBy(k => k.Connection, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_vault_that_is_away_at_start_is_503_with_its_code_and_heals_by_itself()
    {
        await using var scenario = await CreateAsync();
        Vault.Refuses = 503;
        var api = await scenario.HostAsync(environment: "Production", setUp: Replace);

        foreach (var answer in new[]
        {
            await api.PostAsync("migrations", Schools.Request), await api.GetAsync("health/connections"),
        })
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
            Assert.Equal([ErrorCodes.VaultUnreachable], answer.Codes);
        }
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("health/live")).Status);

        Vault.Refuses = null;
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("health/connections")).Status);
        Assert.Equal(States.CompletedWithRejects, (await api.EndAsync(await api.StartAsync(Schools.Request))).Status);
    }

    [Fact]
    public async Task A_vault_that_goes_away_in_flight_stops_nothing()
    {
        await using var scenario = await CreateAsync();
        var api = await scenario.HostAsync(environment: "Production", setUp: Replace);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("health/connections")).Status);
        Vault.Refuses = 503;

        var status = await api.EndAsync(await api.StartAsync(Schools.Request));

        Assert.Equal(States.CompletedWithRejects, status.Status);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("health/connections")).Status);
    }

    [Fact]
    public async Task Passwords_in_settings_are_refused_outside_local_development_all_at_once_with_exit_code_2()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        scenario.Settings["Migration:KeyVaultUri"] = "http://vault.example";
        var service = ServiceProcess.Run(
            ["serve", "--url", "http://127.0.0.1:0", "--hub", scenario.HubFolder],
            [
                KeyValuePair.Create<string, string?>("DOTNET_ENVIRONMENT", "Production"),
                .. scenario.Settings.Select(
                    s => KeyValuePair.Create(s.Key.Replace(":", "__", StringComparison.Ordinal), s.Value)),
            ]);
        await using var ended = service;

        Assert.Equal(ExitCodes.WrongUse, await service.ExitAsync());

        string[] expected =
        [
            $"Migration:SourceConnection: {ErrorCodes.PasswordInSettings} ",
            $"Migration:TargetConnection: {ErrorCodes.PasswordInSettings} ",
            $"Migration:DirectConnection: {ErrorCodes.PasswordInSettings} ",
            $"Migration:KeyVaultUri: {ErrorCodes.VaultUriInvalid} ",
        ];
        Assert.All(expected, problem => Assert.Contains(problem, service.Errors, StringComparison.Ordinal));
        Assert.All(
            Secrets(scenario), secret => Assert.DoesNotContain(secret, service.Errors, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", service.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_started_with_refused_settings_fails_with_every_problem()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);

        var e = await Assert.ThrowsAsync<MigrationFunctions.Starting.SettingsException>(
            () => scenario.HostAsync(environment: "Production"));

        Assert.Equal(3, e.Problems.Count(p => p.Code == ErrorCodes.PasswordInSettings));
        Assert.All(Secrets(scenario), secret => Assert.DoesNotContain(secret, e.ToString(), StringComparison.Ordinal));
    }

    async Task<Scenario> CreateAsync()
    {
        var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small, acceptToken: token => token == SourceToken);
        Vault.Set("target-password", Password(scenario.Target.Writer), "v1", SecretEnds);
        Vault.Set("direct-password", Password(scenario.Target.Direct), "v1", SecretEnds);
        var source = new SqlConnectionStringBuilder(scenario.Source.ConnectionString);
        source.Remove("User ID");
        source.Remove("Password");
        scenario.Settings["Migration:SourceConnection"] = source.ConnectionString;
        scenario.Settings["Migration:TargetConnection"] = WithoutPassword(scenario.Target.Writer);
        scenario.Settings["Migration:TargetPasswordSecret"] = "target-password";
        scenario.Settings["Migration:DirectConnection"] = WithoutPassword(scenario.Target.Direct);
        scenario.Settings["Migration:DirectPasswordSecret"] = "direct-password";
        scenario.Settings["Migration:KeyVaultUri"] = Vault.Address.ToString();
        return scenario;
    }

    void Replace(IHostApplicationBuilder host) =>
        host.Services.AddSingleton<TokenCredential>(_identity).AddSingleton(Vault.Impatient());

    static IEnumerable<string> Secrets(Scenario scenario) =>
    [
        SourceToken, new SqlConnectionStringBuilder(scenario.Source.ConnectionString).Password,
        Password(scenario.Target.Writer), Password(scenario.Target.Direct),
    ];

    static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    static string Password(string text) => new NpgsqlConnectionStringBuilder(text).Password!;

    static string WithoutPassword(string text)
    {
        var builder = new NpgsqlConnectionStringBuilder(text);
        builder.Remove("Password");
        return builder.ConnectionString;
    }
}
