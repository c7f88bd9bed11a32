using Azure.Core;
using MigrationFunctions.Core.Connections;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Connections;

/// <summary>Fetches Microsoft Entra tokens of the service's identity, each within a time-out.</summary>
sealed class EntraTokens(TokenCredential identity, TimeProvider clock)
{
    /// <summary>Azure Database for PostgreSQL.</summary>
    public const string PostgreSqlScope = "https://ossrdbms-aad.database.windows.net/.default";

    /// <summary>Azure SQL Database and SQL Server with Microsoft Entra.</summary>
    public const string SqlServerScope = "https://database.windows.net/.default";

    const int ShownLength = 200;

    // Shorter than the drivers wait for a connection, so that it is this failure that comes out.
    static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(12);
    static readonly TimeSpan Lead = TimeSpan.FromMinutes(10);
    static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    /// <exception cref="MigrationException">MIG6018.</exception>
    public async Task<LoginCredential> FetchAsync(string scope)
    {
        using var limit = new CancellationTokenSource(TimeLimit, clock);
        try
        {
            var issued = await identity.GetTokenAsync(new TokenRequestContext([scope]), limit.Token).AsTask()
                .WaitAsync(limit.Token);
            return new LoginCredential(issued.Token)
            {
                ExpiresOn = issued.ExpiresOn,
                RenewOn = RenewOn(issued),
                UsableUntil = issued.ExpiresOn - Least,
            };
        }
        catch (Exception e) when (e is not (MigrationException or OutOfMemoryException))
        {
            throw new MigrationException(
                new Problem(
                    ErrorCodes.TokenUnavailable, scope, $"Microsoft Entra gives no token: {Describe(e)}",
                    $"Check {ConnectionSettings.IdentityKey} and that the identity is assigned to the app; on a machine "
                    + "of one's own, sign in with `az login`. The call is retried."),
                isTransient: true, e);
        }
    }

    // As the issuer wishes; else ten minutes ahead, or half-way through a token that lives shorter than twenty.
    DateTimeOffset RenewOn(AccessToken issued)
    {
        var now = clock.GetUtcNow();
        var half = (issued.ExpiresOn - now) / 2;
        var latest = issued.ExpiresOn - (half < Lead ? half : Lead);
        var wished = issued.RefreshOn is { } refresh && refresh < latest ? refresh : latest;
        // An issuer that gives the same token again must not be asked without a pause.
        return wished > now + Least ? wished : now + Least < latest ? now + Least : latest;
    }

    static string Describe(Exception e)
    {
        if (e is OperationCanceledException)
            return $"no answer within {TimeLimit.TotalSeconds:0} s.";
        var line = Quoted.Line(e.Message.Split('\n', 2)[0].Trim());
        return $"{e.GetType().Name}: {(line.Length > ShownLength ? line[..ShownLength] + "..." : line)}";
    }
}
