using Azure.Core;

namespace Migrate.Tests.Running;

/// <summary>An identity that never answers; not even a cancellation reaches it.</summary>
sealed class SilentIdentity : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public override ValueTask<AccessToken> GetTokenAsync(
        TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        new(new TaskCompletionSource<AccessToken>().Task);
}
