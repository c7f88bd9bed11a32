using System.Collections.Concurrent;
using Azure.Core;

namespace Migrate.Tests.Running;

/// <summary>An identity whose tokens a test makes up.</summary>
sealed class FakeIdentity(Func<string, AccessToken> issue) : TokenCredential
{
    /// <summary>The scopes that tokens were asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        var scope = Assert.Single(requestContext.Scopes);
        Asked.Enqueue(scope);
        return issue(scope);
    }

    public override ValueTask<AccessToken> GetTokenAsync(
        TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(GetToken(requestContext, cancellationToken));
}
