namespace MigrationFunctions.Connections;

/// <summary>How a connection authenticates.</summary>
public enum ConnectionMethod
{
    /// <summary>By the password in its string: local development only.</summary>
    Password,

    /// <summary>By a password that stands in a secret of the Key Vault.</summary>
    KeyVault,

    /// <summary>As the operating system's user (Kerberos, NTLM).</summary>
    Integrated,

    /// <summary>By a Microsoft Entra token of the service's identity.</summary>
    Entra,
}
