using Azure;
using Azure.Core;
using Azure.Security.KeyVault.Secrets;
using MigrationFunctions.Core.Connections;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Connections;

/// <summary>Reads passwords from the Key Vault, each within a time-out, and again every few minutes: a secret that was
/// rotated is there before the database refuses the one before.</summary>
sealed class VaultSecrets(SecretClient vault, TimeProvider clock)
{
    const int Retries = 2;

    /// <summary>For all tries together: shorter than the drivers wait for a connection, so that it is this failure that comes
    /// out.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(12);
    static readonly TimeSpan ReadAgain = TimeSpan.FromMinutes(5);

    /// <summary>How the client treats a vault that does not answer: each try has a time-out, there are few.</summary>
    public static SecretClientOptions Options() => new()
    {
        Retry =
        {
            Mode = RetryMode.Exponential,
            MaxRetries = Retries,
            Delay = TimeSpan.FromMilliseconds(500),
            MaxDelay = TimeSpan.FromSeconds(1),
            NetworkTimeout = TimeSpan.FromSeconds(3),
        },
    };

    /// <summary>The newest version of the secret.</summary>
    /// <exception cref="MigrationException">MIG6016, MIG6017, or MIG6018: no token for the vault.</exception>
    public async Task<LoginCredential> ReadAsync(string name)
    {
        using var limit = new CancellationTokenSource(TimeLimit, clock);
        try
        {
            var secret = (await vault.GetSecretAsync(name, cancellationToken: limit.Token)
                .WaitAsync(limit.Token)).Value;
            return new LoginCredential(secret.Value)
            {
                Version = secret.Properties.Version,
                ExpiresOn = secret.Properties.ExpiresOn,
                RenewOn = clock.GetUtcNow() + ReadAgain,
            };
        }
        catch (RequestFailedException e) when (e.Status is 401 or 403 or 404)
        {
            throw new MigrationException(
                new Problem(
                    ErrorCodes.SecretNotReadable, Place(name),
                    $"The vault does not give the secret: it answers {e.Status} ({e.ErrorCode}).",
                    e.Status == 404 ? "Create the secret in the vault, or correct its name."
                        : "Give the identity the role Key Vault Secrets User on the vault, let its network in, and see "
                          + "that the secret is enabled."),
                inner: e);
        }
        catch (Exception e) when (e is RequestFailedException or OperationCanceledException or AggregateException)
        {
            throw new MigrationException(
                new Problem(
                    ErrorCodes.VaultUnreachable, Place(name), $"The Key Vault cannot be reached: {Describe(e)}",
                    $"Check {ConnectionSettings.VaultKey}, the vault's firewall and private endpoint. The call is "
                    + "retried."),
                isTransient: true, e);
        }
        catch (Exception e) when (e is not (MigrationException or OutOfMemoryException))
        {
            throw new MigrationException(
                new Problem(
                    ErrorCodes.TokenUnavailable, vault.VaultUri.Host,
                    $"Microsoft Entra gives no token for the vault: {e.GetType().Name}.",
                    $"Check {ConnectionSettings.IdentityKey} and that the identity is assigned to the app. The call is "
                    + "retried."),
                isTransient: true, e);
        }
    }

    string Place(string name) => $"{vault.VaultUri.Host}/secrets/{name}";

    static string Describe(Exception e) => e switch
    {
        OperationCanceledException => $"no answer within {TimeLimit.TotalSeconds:0} s.",
        RequestFailedException { Status: not 0 } answered => $"it answers {answered.Status} ({answered.ErrorCode}).",
        _ => "no connection.",
    };
}
