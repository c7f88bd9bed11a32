using System.Collections.Concurrent;
using System.Reflection;
using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Configuration.UserSecrets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Migrate.Tests.Running;
using MigrationFunctions;
using MigrationFunctions.Connections;
using MigrationFunctions.Core.Diagnostics;

namespace Migrate.Tests.Connections;

/// <summary>What a host does with credentials while it runs.</summary>
public sealed class RenewalTests
{
    const string Target = "Host=localhost;Database=schools;Username=app";
    static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    readonly FakeTimeProvider _clock = new(Start);
    readonly Heard _log = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_credentials_are_fetched_and_renewed_in_the_background_and_a_rotation_is_logged_without_its_value()
    {
        await using var vault = await FakeVault.StartAsync();
        vault.Set("target-password", "pass one", "v1", Start.AddDays(30));
        var credentials = Credentials(vault);
        using var renewal = new CredentialRenewal(credentials, _clock, _log);
        Assert.Equal([], credentials.Known);
        await renewal.StartAsync(Cancel);
        // Nobody has needed one yet.
        await UntilAsync(() => credentials.Known.Count == 3, TimeSpan.Zero);
        Assert.Equal(
            [("Direct", "token"), ("Rehearsal", "token"), ("Target", "secret")],
            credentials.Known.Select(c => (c.Connection, c.Kind)).Order());
        Assert.Contains(new CredentialExpiry("Target", "secret", Start.AddDays(30)), credentials.Known);
        Assert.Empty(_log.Lines);

        vault.Set("target-password", "pass two", "v2", Start.AddDays(90));
        await UntilAsync(() => _log.Lines.Any(l => l.Contains("v2", StringComparison.Ordinal)), Minute);
        Assert.Contains(new CredentialExpiry("Target", "secret", Start.AddDays(90)), credentials.Known);

        vault.Refuses = 503;
        await UntilAsync(() => _log.Lines.Any(l => l.Contains("MIG6016", StringComparison.Ordinal)), Minute);
        Assert.Equal("pass two", (await credentials.Of(ConnectionName.Target)!.GetAsync(Cancel)).Value);
        Assert.DoesNotContain(_log.Lines, l => l.Contains("pass ", StringComparison.Ordinal));
        await renewal.StopAsync(Cancel);
    }

    [Fact]
    public void Either_host_finds_the_user_secrets_of_one_id() => Assert.Equal(
        "migration-functions",
        typeof(Composition).Assembly.GetCustomAttribute<UserSecretsIdAttribute>()!.UserSecretsId);

    // A step in time may cut off what is being fetched.
    async Task UntilAsync(Func<bool> isSo, TimeSpan step)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        while (!isSo())
        {
            limit.Token.ThrowIfCancellationRequested();
            _clock.Advance(step);
            await Task.Yield();
        }
    }

    ConnectionCredentials Credentials(FakeVault vault)
    {
        var settings = SettingsOf.Production(
            ("TargetConnection", Target), ("TargetPasswordSecret", "target-password"), ("DirectConnection", Target),
            ("RehearsalConnection", Target), ("KeyVaultUri", vault.Address.ToString()));
        Assert.Equal([], settings.Problems);
        var identity = new FakeIdentity(_ => new AccessToken("token", _clock.GetUtcNow().AddHours(1)));
        return new ConnectionCredentials(
            settings, () => new VaultSecrets(new SecretClient(vault.Address, identity, vault.Impatient()), _clock),
            () => new EntraTokens(identity, _clock), _clock);
    }

    sealed class Heard : ILogger<CredentialRenewal>
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
