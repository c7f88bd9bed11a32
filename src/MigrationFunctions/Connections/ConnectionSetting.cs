using MigrationFunctions.Core.Connections;

namespace MigrationFunctions.Connections;

/// <summary>One connection as it is set up. No record: nothing prints its text.</summary>
public sealed class ConnectionSetting
{
    public required ConnectionName Name { get; init; }

    /// <summary>The connection string; null when there is none.</summary>
    public string? Text { get; init; }

    /// <summary>Where the string came from: an environment variable, a file, ...; null when there is none.</summary>
    public string? TextFrom { get; init; }

    /// <summary>Name of the Key Vault secret with the password; null when there is none.</summary>
    public string? SecretName { get; init; }

    /// <summary>Where the secret's name came from.</summary>
    public string? SecretFrom { get; init; }

    /// <summary>What the string says; null when there is none, or when it is malformed.</summary>
    public ConnectionTraits? Traits { get; init; }

    public string Key => KeyOf(Name);

    public string SecretKey => SecretKeyOf(Name);

    /// <summary>How it authenticates; null when the string is malformed.</summary>
    public ConnectionMethod? Method => this switch
    {
        { Traits: null } => null,
        { Traits.HasPassword: true } => ConnectionMethod.Password,
        { SecretName: not null } => ConnectionMethod.KeyVault,
        { Traits.IsIntegrated: true } => ConnectionMethod.Integrated,
        _ => ConnectionMethod.Entra,
    };

    public static string KeyOf(ConnectionName name) => $"{ConnectionSettings.Section}:{name}Connection";

    public static string SecretKeyOf(ConnectionName name) => $"{ConnectionSettings.Section}:{name}PasswordSecret";
}
