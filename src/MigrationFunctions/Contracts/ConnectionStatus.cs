using MigrationFunctions.Connections;

namespace MigrationFunctions.Contracts;

/// <summary>How a connection authenticates, as <c>GET /health/connections</c> shows it; never a password, a token or a
/// connection string.</summary>
/// <param name="Connection">Source, Target, Direct, Rehearsal or RehearsalDirect.</param>
/// <param name="Method">Null when the connection string is malformed.</param>
/// <param name="SettingFrom">Where its connection string came from.</param>
public sealed record ConnectionStatus(string Connection, ConnectionMethod? Method, string SettingFrom)
{
    /// <summary>The secret with its password; null when another method is used.</summary>
    public SecretStatus? Secret { get; init; }

    /// <summary>Its token; null when another method is used.</summary>
    public TokenStatus? Token { get; init; }
}

/// <summary>A secret of the Key Vault.</summary>
/// <param name="SettingFrom">Where the secret's name came from.</param>
/// <param name="Version">The version that is in use; null before it was first needed.</param>
/// <param name="ExpiresOn">As the vault has it; null when it has none.</param>
public sealed record SecretStatus(string Name, string SettingFrom, string? Version, DateTimeOffset? ExpiresOn);

/// <summary>A Microsoft Entra token.</summary>
/// <param name="ExpiresOn">When the one that is kept ends; null before it was first needed.</param>
public sealed record TokenStatus(DateTimeOffset? ExpiresOn);
