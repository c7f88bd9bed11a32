namespace MigrationFunctions.Core.Connections;

/// <summary>What a connection logs in with, as it was fetched. No record: nothing prints its value.</summary>
/// <param name="value">The password or the token.</param>
public sealed class LoginCredential(string value)
{
    /// <summary>The password or the token; never to be shown or logged.</summary>
    public string Value => value;

    /// <summary>Which version of a secret it is; null of a token.</summary>
    public string? Version { get; init; }

    /// <summary>When its issuer says that it ends; null when it says nothing.</summary>
    public DateTimeOffset? ExpiresOn { get; init; }

    /// <summary>When another one is to be fetched.</summary>
    public DateTimeOffset RenewOn { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>After that it is not offered to a database any more. A secret is: the database decides.</summary>
    public DateTimeOffset UsableUntil { get; init; } = DateTimeOffset.MaxValue;
}
