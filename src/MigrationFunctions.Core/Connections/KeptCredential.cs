using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Connections;

/// <summary>The credential of one connection: fetched when it is first needed, kept, and replaced before it ends. While
/// its issuer cannot be reached the kept one serves on, as long as it may. Many may ask at once: one fetches.</summary>
/// <param name="kind"><see cref="Secret"/> or <see cref="Token"/>.</param>
/// <param name="fetch">Asks the issuer, within a time-out of its own.</param>
public sealed class KeptCredential(string kind, Func<Task<LoginCredential>> fetch, TimeProvider clock)
{
    /// <summary>A password from a Key Vault.</summary>
    public const string Secret = "secret";

    /// <summary>An access token of Microsoft Entra.</summary>
    public const string Token = "token";

    readonly Lock _gate = new();
    LoginCredential? _current;
    Task<LoginCredential>? _fetching;

    public string Kind => kind;

    /// <summary>What is kept now; null before it was first needed.</summary>
    public LoginCredential? Current => Volatile.Read(ref _current);

    /// <summary>The credential to log in with now. Waits only when none is kept that may be used.</summary>
    /// <exception cref="MigrationException">None is kept and none can be fetched; the code says why.</exception>
    public ValueTask<LoginCredential> GetAsync(CancellationToken cancellationToken) =>
        Current is { } kept && clock.GetUtcNow() < kept.UsableUntil
            ? ValueTask.FromResult(kept)
            : new ValueTask<LoginCredential>(FetchAsync(cancellationToken));

    /// <summary>The same for a driver that is called synchronously; blocks where the other one waits.</summary>
    public LoginCredential Get() => GetAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <summary>Fetches one when none is kept yet, and another when it is time to.</summary>
    /// <returns>False when there was nothing to do.</returns>
    /// <exception cref="MigrationException">The issuer did not give one; the kept one stays.</exception>
    public async Task<bool> RenewIfDueAsync(CancellationToken cancellationToken)
    {
        if (Current is { } kept && clock.GetUtcNow() < kept.RenewOn)
            return false;
        await FetchAsync(cancellationToken);
        return true;
    }

    /// <summary>A database refused the credential: looks whether there is another one now. Asks the issuer, unless
    /// somebody else has replaced it meanwhile.</summary>
    /// <returns>True when there is another one, so that logging in again makes sense.</returns>
    public async Task<bool> ReplaceAsync(LoginCredential? refused, CancellationToken cancellationToken)
    {
        if (refused is null)
            return false;
        if (Current is { } kept && IsAnother(kept, refused))
            return true;
        try
        {
            return IsAnother(await FetchAsync(cancellationToken), refused);
        }
        catch (MigrationException)
        {
            // What the database said is the failure to tell.
            return false;
        }
    }

    static bool IsAnother(LoginCredential one, LoginCredential other) =>
        !string.Equals(one.Value, other.Value, StringComparison.Ordinal);

    Task<LoginCredential> FetchAsync(CancellationToken cancellationToken)
    {
        Task<LoginCredential> fetching;
        lock (_gate)
            fetching = _fetching ??= FetchOnceAsync();
        return fetching.WaitAsync(cancellationToken);
    }

    async Task<LoginCredential> FetchOnceAsync()
    {
        // Only what ends after the caller has let go of the gate can be forgotten again.
        await Task.Yield();
        try
        {
            var fetched = await fetch();
            Volatile.Write(ref _current, fetched);
            return fetched;
        }
        finally
        {
            lock (_gate)
                _fetching = null;
        }
    }
}
