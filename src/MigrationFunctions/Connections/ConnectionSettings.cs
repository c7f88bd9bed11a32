using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.SqlServer;

namespace MigrationFunctions.Connections;

/// <summary>All that settings say of connections: their strings, where their passwords are, as whom the service
/// authenticates, and where each setting came from.</summary>
public sealed class ConnectionSettings
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Migration";

    public const string VaultKey = Section + ":KeyVaultUri";

    public const string IdentityKey = Section + ":ManagedIdentityClientId";

    readonly Dictionary<ConnectionName, ConnectionSetting> _connections;

    ConnectionSettings(IConfiguration configuration, bool isDevelopment)
    {
        _connections = Enum.GetValues<ConnectionName>().ToDictionary(name => name, name => Read(configuration, name));
        KeyVaultUri = Value(configuration, VaultKey);
        ManagedIdentityClientId = Value(configuration, IdentityKey);
        IsDevelopment = isDevelopment;
        Problems = ConnectionRules.Check(this);
    }

    /// <summary>Passwords may stand in settings.</summary>
    public bool IsDevelopment { get; }

    /// <summary>Address of the vault with the secrets; null when none is used.</summary>
    public string? KeyVaultUri { get; }

    /// <summary>Client id of the user-assigned identity that authenticates to databases and vault; null for whatever
    /// identity the machine has.</summary>
    public string? ManagedIdentityClientId { get; }

    /// <summary>Everything that forbids to start with these settings. No value of a setting is repeated.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>Every connection that has a string or a secret.</summary>
    public IEnumerable<ConnectionSetting> Named =>
        _connections.Values.Where(c => c.Text is not null || c.SecretName is not null);

    public ConnectionSetting this[ConnectionName name] => _connections[name];

    /// <summary>Reads the settings as they are now; nothing is connected to.</summary>
    public static ConnectionSettings Read(IConfiguration configuration, IHostEnvironment environment) =>
        new(configuration, environment.IsDevelopment());

    static ConnectionSetting Read(IConfiguration configuration, ConnectionName name)
    {
        var text = Value(configuration, ConnectionSetting.KeyOf(name));
        var secret = Value(configuration, ConnectionSetting.SecretKeyOf(name));
        return new ConnectionSetting
        {
            Name = name,
            Text = text,
            TextFrom = text is null ? null : SettingOrigin.Of(configuration, ConnectionSetting.KeyOf(name)),
            SecretName = secret,
            SecretFrom = secret is null ? null : SettingOrigin.Of(configuration, ConnectionSetting.SecretKeyOf(name)),
            Traits = text is null ? null
                : name == ConnectionName.Source ? SqlServerTraits.Of(text) : PostgresTraits.Of(text),
        };
    }

    // A template that leaves a setting empty has not set it.
    static string? Value(IConfiguration configuration, string key) =>
        configuration[key] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;
}
