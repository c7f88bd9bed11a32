using Azure.Core;
using Azure.Identity;
using Migrate.Commands;
using MigrationFunctions.Core.Errors;

namespace Migrate.Client;

/// <summary>Tokens of Microsoft Entra for one application: asked for when needed, kept until they are about to expire, so that
/// a run that is watched for days is still seen. Never printed.</summary>
public sealed class ServiceTokens(TokenCredential credential, string application, TimeProvider clock)
{
    /// <summary>A token that is valid for less than this is renewed.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    static readonly TimeSpan PatienceWithAzureCli = TimeSpan.FromSeconds(60);

    readonly TokenRequestContext _request = new([$"{application.TrimEnd('/')}/.default"]);
    AccessToken? _token;

    /// <summary>Tokens of who is signed in to the Azure CLI.</summary>
    /// <exception cref="UsageException">A token would go over the network without encryption.</exception>
    public static ServiceTokens OfAzureCli(string application, Uri api, TimeProvider clock) =>
        api.Scheme == Uri.UriSchemeHttps || api.IsLoopback
            ? new ServiceTokens(
                new AzureCliCredential(new AzureCliCredentialOptions { ProcessTimeout = PatienceWithAzureCli }), application, clock)
            : throw new UsageException("--entra", "A token goes over https only.", "Name an https address with --url.");

    /// <exception cref="ServiceException">There is no token to be had.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        if (_token is { } token && token.ExpiresOn - clock.GetUtcNow() > Margin)
            return token.Token;
        try
        {
            _token = await credential.GetTokenAsync(_request, cancellationToken);
            return _token.Value.Token;
        }
        catch (AuthenticationFailedException e)
        {
            throw new ServiceException(null, "There is no token for the service.", [new Problem(
                CliErrorCodes.TokenUnavailable, application, $"{e.Message.Split('\n')[0].TrimEnd('.', '\r')}.",
                "Sign in with `az login`, and check the application that --entra or MIGRATE_ENTRA names.")], e);
        }
    }
}
