using Azure.Core;
using Microsoft.Extensions.Time.Testing;
using Migrate.Tests.Running;
using MigrationFunctions.Connections;
using MigrationFunctions.Core.Connections;
using MigrationFunctions.Core.Errors;

namespace Migrate.Tests.Connections;

/// <summary>Tokens and secrets over time.</summary>
public sealed class CredentialTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    readonly FakeTimeProvider _clock = new(Start);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_token_is_replaced_before_it_ends()
    {
        var token = Tokens(_ => new AccessToken($"issued {_clock.GetUtcNow():HH:mm}", _clock.GetUtcNow().AddHours(1)));
        Assert.Equal("issued 08:00", (await token.GetAsync(Cancel)).Value);

        _clock.Advance(TimeSpan.FromMinutes(49));
        Assert.False(await token.RenewIfDueAsync(Cancel));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(await token.RenewIfDueAsync(Cancel));

        Assert.Equal("issued 08:50", (await token.GetAsync(Cancel)).Value);
        Assert.Equal(Start.AddMinutes(110), token.Current!.ExpiresOn);
    }

    [Fact]
    public async Task A_token_is_replaced_when_its_issuer_wants_it_to_be()
    {
        var token = Tokens(_ => new AccessToken(
            $"issued {_clock.GetUtcNow():HH:mm}", _clock.GetUtcNow().AddHours(24), _clock.GetUtcNow().AddHours(12)));
        await token.GetAsync(Cancel);

        _clock.Advance(TimeSpan.FromHours(12));

        Assert.True(await token.RenewIfDueAsync(Cancel));
        Assert.Equal("issued 20:00", token.Current!.Value);
    }

    [Fact]
    public async Task A_token_serves_on_while_its_issuer_is_away_but_not_to_its_last_minute()
    {
        var isAway = false;
        var token = Tokens(_ => isAway
            ? throw new Azure.Identity.CredentialUnavailableException("The identity endpoint is away.")
            : new AccessToken("first", _clock.GetUtcNow().AddHours(1)));
        await token.GetAsync(Cancel);
        isAway = true;

        _clock.Advance(TimeSpan.FromMinutes(55));
        var e = await Assert.ThrowsAsync<MigrationException>(() => token.RenewIfDueAsync(Cancel));
        Assert.Equal((ErrorCodes.TokenUnavailable, true), (e.Code, e.IsTransient));
        Assert.Equal("first", (await token.GetAsync(Cancel)).Value);

        _clock.Advance(TimeSpan.FromMinutes(4));
        await Assert.ThrowsAsync<MigrationException>(async () => await token.GetAsync(Cancel));
        isAway = false;
        Assert.Equal(Start.AddMinutes(119), (await token.GetAsync(Cancel)).ExpiresOn);
    }

    [Fact]
    public async Task An_identity_that_never_answers_is_given_up()
    {
        var token = Kept(new SilentIdentity());

        var waiting = token.GetAsync(Cancel).AsTask();
        while (!waiting.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(ErrorCodes.TokenUnavailable, (await Assert.ThrowsAsync<MigrationException>(() => waiting)).Code);
        Assert.True(_clock.GetUtcNow() - Start >= TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task Many_who_need_a_token_at_once_fetch_one()
    {
        using var gate = new ManualResetEventSlim();
        var identity = new FakeIdentity(_ =>
        {
            gate.Wait(Cancel);
            return new AccessToken("one", _clock.GetUtcNow().AddHours(1));
        });
        var token = Kept(identity);

        var waiting = Enumerable.Range(0, 20).Select(_ => token.GetAsync(Cancel).AsTask()).ToList();
        gate.Set();

        Assert.All(await Task.WhenAll(waiting), t => Assert.Equal("one", t.Value));
        Assert.Equal([EntraTokens.PostgreSqlScope], identity.Asked);
    }

    [Fact]
    public async Task A_refused_credential_is_fetched_anew_and_said_to_be_another_one_only_if_it_is()
    {
        var value = "first";
        var fetched = 0;
        var secret = new KeptCredential(
            KeptCredential.Secret, () => Task.FromResult(new LoginCredential(value) { Version = $"{++fetched}" }),
            _clock);
        var first = await secret.GetAsync(Cancel);

        Assert.False(await secret.ReplaceAsync(first, Cancel));
        value = "second";
        Assert.True(await secret.ReplaceAsync(first, Cancel));
        Assert.Equal("3", secret.Current!.Version);
        // Who was refused with the first one meanwhile asks nobody.
        Assert.True(await secret.ReplaceAsync(first, Cancel));
        Assert.Equal(3, fetched);
    }

    // Not the product's constants: a wrong audience is refused by the database alone.
    [Theory]
    [InlineData(ConnectionName.Source, "https://database.windows.net/.default")]
    [InlineData(ConnectionName.Target, "https://ossrdbms-aad.database.windows.net/.default")]
    [InlineData(ConnectionName.Direct, "https://ossrdbms-aad.database.windows.net/.default")]
    [InlineData(ConnectionName.Rehearsal, "https://ossrdbms-aad.database.windows.net/.default")]
    [InlineData(ConnectionName.RehearsalDirect, "https://ossrdbms-aad.database.windows.net/.default")]
    public async Task Each_connection_asks_for_a_token_of_its_database(ConnectionName name, string scope)
    {
        var identity = new FakeIdentity(_ => new AccessToken("token", DateTimeOffset.MaxValue));
        var settings = SettingsOf.Production((
            $"{name}Connection",
            name == ConnectionName.Source ? "Data Source=s;Initial Catalog=d" : "Host=h;Database=d;Username=u;SSL Mode=VerifyFull"));
        var credentials = new ConnectionCredentials(
            settings, () => throw new InvalidOperationException("There is no vault."), () => new EntraTokens(identity, _clock), _clock);

        await credentials.Of(name)!.GetAsync(Cancel);

        Assert.Equal([scope], identity.Asked);
    }

    [Theory]
    [InlineData("Production", "7b1c9a52-0f4e-4c58-9a2e-3f5d7c1e8b60", typeof(Azure.Identity.ManagedIdentityCredential))]
    [InlineData("Production", null, typeof(Azure.Identity.DefaultAzureCredential))]
    [InlineData("Development", "7b1c9a52-0f4e-4c58-9a2e-3f5d7c1e8b60", typeof(Azure.Identity.DefaultAzureCredential))]
    public void The_managed_identity_that_is_named_is_the_only_one_asked_in_production(
        string environment, string? clientId, Type expected)
    {
        var settings = environment == "Production"
            ? SettingsOf.Production(("ManagedIdentityClientId", clientId))
            : SettingsOf.Development(("ManagedIdentityClientId", clientId));
        Assert.IsType(expected, ConnectionServices.IdentityOf(settings));
    }

    KeptCredential Tokens(Func<string, AccessToken> issue) => Kept(new FakeIdentity(issue));

    KeptCredential Kept(TokenCredential identity)
    {
        var tokens = new EntraTokens(identity, _clock);
        return new KeptCredential(
            KeptCredential.Token, () => tokens.FetchAsync(EntraTokens.PostgreSqlScope), _clock);
    }
}
