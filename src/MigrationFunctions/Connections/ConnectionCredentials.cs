using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Connections;
using MigrationFunctions.Core.Diagnostics;

namespace MigrationFunctions.Connections;

/// <summary>What each connection logs in with, where that is not in its string; and what may be told of it.</summary>
public sealed class ConnectionCredentials : ICredentialExpiry
{
    readonly ConnectionSettings _settings;
    readonly Dictionary<ConnectionName, KeptCredential> _kept = [];

    // Vault and identity are asked for when they are first needed: without secrets there need be no vault.
    internal ConnectionCredentials(
        ConnectionSettings settings, Func<VaultSecrets> vault, Func<EntraTokens> tokens, TimeProvider clock)
    {
        _settings = settings;
        foreach (var connection in settings.Named)
            if (connection is { Method: ConnectionMethod.KeyVault, SecretName: { } secret })
                _kept[connection.Name] = new KeptCredential(
                    KeptCredential.Secret, () => vault().ReadAsync(secret), clock);
            else if (connection.Method == ConnectionMethod.Entra)
                _kept[connection.Name] = new KeptCredential(
                    KeptCredential.Token, () => tokens().FetchAsync(ScopeOf(connection.Name)), clock);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CredentialExpiry> Known =>
        [.. from kept in _kept
            let ends = kept.Value.Current?.ExpiresOn
            where ends is not null
            select new CredentialExpiry(kept.Key.ToString(), kept.Value.Kind, ends.Value)];

    /// <summary>Every credential, with the connection that uses it.</summary>
    public IReadOnlyDictionary<ConnectionName, KeptCredential> All => _kept;

    /// <summary>How each connection that is set authenticates; never with what.</summary>
    public IReadOnlyList<ConnectionStatus> Statuses =>
        [.. _settings.Named.Where(c => c.Text is not null).Select(StatusOf)];

    /// <summary>The connection's credential; null when its string says it all.</summary>
    public KeptCredential? Of(ConnectionName name) => _kept.GetValueOrDefault(name);

    ConnectionStatus StatusOf(ConnectionSetting connection)
    {
        var current = Of(connection.Name)?.Current;
        var status = new ConnectionStatus(
            connection.Name.ToString(), connection.Method, connection.TextFrom ?? "configuration");
        return connection.Method switch
        {
            ConnectionMethod.KeyVault => status with
            {
                Secret = new SecretStatus(
                    connection.SecretName!, connection.SecretFrom ?? "configuration", current?.Version,
                    current?.ExpiresOn),
            },
            ConnectionMethod.Entra => status with { Token = new TokenStatus(current?.ExpiresOn) },
            _ => status,
        };
    }

    static string ScopeOf(ConnectionName name) =>
        name == ConnectionName.Source ? EntraTokens.SqlServerScope : EntraTokens.PostgreSqlScope;
}
