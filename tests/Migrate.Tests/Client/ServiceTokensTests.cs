using Azure.Core;
using Azure.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Migrate.Client;
using Migrate.Tests.Running;

namespace Migrate.Tests.Client;

/// <summary>Tokens of Microsoft Entra, for a service that wants one beside the function key.</summary>
public sealed class ServiceTokensTests
{
    const string Runs = "GET /api/migrations";

    readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Every_request_has_a_token_that_is_renewed_before_it_expires()
    {
        var seen = new List<string>();
        await using var service = await ScriptedService.StartAsync();
        service.On(Runs, http =>
        {
            seen.Add($"{http.Request.Headers.Authorization}");
            http.Response.ContentType = "application/json";
            return http.Response.WriteAsync("""{ "migrations": [] }""", http.RequestAborted);
        });
        var credential = new Issuer(_clock, TimeSpan.FromHours(1));
        using var client = Client(service, credential);

        await client.ListRunsAsync(default);
        _clock.Advance(TimeSpan.FromMinutes(54));
        await client.ListRunsAsync(default);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await client.ListRunsAsync(default);

        Assert.Equal(["Bearer token-1", "Bearer token-1", "Bearer token-2"], seen);
        Assert.Equal(["api://application/.default"], credential.Scopes.Distinct());
        Assert.Equal("key", service.Requests.First().Key);
    }

    [Fact]
    public async Task Without_a_token_nothing_is_asked_and_the_failure_says_what_to_do()
    {
        await using var service = await ScriptedService.StartAsync();
        using var client = Client(service, new Issuer(_clock, TimeSpan.Zero));

        var failure = await Assert.ThrowsAsync<ServiceException>(() => client.ListRunsAsync(default));

        Assert.Equal(ExitCodes.CannotConnect, ExitCodes.Of(failure));
        Assert.Equal(CliErrorCodes.TokenUnavailable, failure.Problems.Single().Code);
        Assert.Contains("az login", failure.Problems.Single().Remedy, StringComparison.Ordinal);
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task A_token_is_not_sent_without_encryption()
    {
        var result = await new Cli().With("MIGRATE_ENTRA", "api://application")
            .InvokeAsync("status", "--url", "http://service.example", "--key", "key");

        Assert.Equal(ExitCodes.WrongUse, result.ExitCode);
        Assert.Contains("https", result.Error, StringComparison.Ordinal);
    }

    MigrationClient Client(ScriptedService service, TokenCredential credential) => new(
        new ServiceAddress(
            ServiceAddress.ApiOf(service.Url), "key", TimeSpan.FromSeconds(100),
            new ServiceTokens(credential, "api://application", _clock)),
        _clock);

    /// <summary>Issues numbered tokens, or refuses when they would not be valid at all.</summary>
    sealed class Issuer(TimeProvider clock, TimeSpan validity) : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes.AddRange(requestContext.Scopes);
            return validity > TimeSpan.Zero
                ? new AccessToken($"token-{Scopes.Count}", clock.GetUtcNow() + validity)
                : throw new CredentialUnavailableException("Nobody is signed in.");
        }

        public override ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
