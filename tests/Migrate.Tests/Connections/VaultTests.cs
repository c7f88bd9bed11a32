using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using Microsoft.Extensions.Time.Testing;
using Migrate.Tests.Running;
using MigrationFunctions.Connections;
using MigrationFunctions.Core.Connections;
using MigrationFunctions.Core.Errors;

namespace Migrate.Tests.Connections;

/// <summary>The real client of Key Vault against a vault over HTTP.</summary>
public sealed class VaultTests : IAsyncLifetime
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    static readonly DateTimeOffset Ends = Start.AddDays(90);
    readonly FakeTimeProvider _clock = new(Start);
    readonly FakeIdentity _identity = new(_ => new AccessToken("vault-token", DateTimeOffset.MaxValue));
    FakeVault? _vault;

    FakeVault Vault => _vault!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _vault = await FakeVault.StartAsync();
        _vault.Set("source-password", "pass one", "v1", Ends);
    }

    public ValueTask DisposeAsync() => Vault.DisposeAsync();

    [Fact]
    public async Task A_secret_is_read_once_with_version_and_end_and_again_after_five_minutes()
    {
        var secret = Kept("source-password");

        var first = await secret.GetAsync(Cancel);
        await secret.GetAsync(Cancel);
        Assert.False(await secret.RenewIfDueAsync(Cancel));
        Assert.Equal(("pass one", "v1", Ends, 1), (first.Value, first.Version, first.ExpiresOn, Vault.Reads));
        Assert.Equal([FakeVault.Scope], _identity.Asked.Distinct());

        Vault.Set("source-password", "pass two", "v2");
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True(await secret.RenewIfDueAsync(Cancel));
        Assert.Equal(
            ("pass two", "v2", null), (secret.Current!.Value, secret.Current.Version, secret.Current.ExpiresOn));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task A_secret_that_is_not_for_the_identity_is_MIG6017(int status)
    {
        Vault.Refuses = status;
        var e = await FailsAsync("source-password");
        Assert.Equal((ErrorCodes.SecretNotReadable, false), (e.Code, e.IsTransient));
        Assert.Contains("source-password", e.Problem.Place, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_is_not_there_is_MIG6017() =>
        Assert.Equal(ErrorCodes.SecretNotReadable, (await FailsAsync("no-such-secret")).Code);

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_vault_in_trouble_is_MIG6016_and_transient_after_a_few_tries(int status)
    {
        Vault.Refuses = status;
        var e = await FailsAsync("source-password");
        Assert.Equal((ErrorCodes.VaultUnreachable, true), (e.Code, e.IsTransient));
        Assert.Equal(2, Vault.Reads);
    }

    [Fact]
    public async Task A_vault_that_does_not_answer_is_MIG6016_and_the_kept_secret_serves_on()
    {
        var secret = Kept("source-password");
        await secret.GetAsync(Cancel);
        Vault.IsSilent = true;

        _clock.Advance(TimeSpan.FromMinutes(6));
        var renewing = secret.RenewIfDueAsync(Cancel);
        while (!renewing.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var e = await Assert.ThrowsAsync<MigrationException>(() => renewing);
        Assert.Equal((ErrorCodes.VaultUnreachable, true), (e.Code, e.IsTransient));
        _clock.Advance(TimeSpan.FromDays(365));
        Assert.Equal("pass one", (await secret.GetAsync(Cancel)).Value);
    }

    [Fact]
    public async Task No_token_for_the_vault_is_MIG6018()
    {
        var identity = new FakeIdentity(_ => throw new Azure.Identity.CredentialUnavailableException("none"));

        var e = await Assert.ThrowsAsync<MigrationException>(() => Secrets(identity).ReadAsync("source-password"));

        Assert.Equal((ErrorCodes.TokenUnavailable, true), (e.Code, e.IsTransient));
    }

    [Fact]
    public async Task An_identity_that_never_answers_is_given_up()
    {
        var waiting = Secrets(new SilentIdentity()).ReadAsync("source-password");
        while (!waiting.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True((await Assert.ThrowsAsync<MigrationException>(() => waiting)).IsTransient);
    }

    [Fact]
    public void The_product_tries_a_vault_three_times_within_its_time_limit()
    {
        var retry = VaultSecrets.Options().Retry;

        var longest = retry.NetworkTimeout * (retry.MaxRetries + 1) + retry.MaxDelay * retry.MaxRetries;
        Assert.Equal(2, retry.MaxRetries);
        Assert.True(longest < VaultSecrets.TimeLimit);
    }

    async Task<MigrationException> FailsAsync(string name)
    {
        var e = await Assert.ThrowsAsync<MigrationException>(() => Secrets(_identity).ReadAsync(name));
        Assert.DoesNotContain("pass one", e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("vault-token", e.ToString(), StringComparison.Ordinal);
        return e;
    }

    VaultSecrets Secrets(TokenCredential identity) =>
        new(new SecretClient(Vault.Address, identity, Vault.Impatient()), _clock);

    KeptCredential Kept(string name)
    {
        var secrets = Secrets(_identity);
        return new KeptCredential(KeptCredential.Secret, () => secrets.ReadAsync(name), _clock);
    }
}
