namespace MigrationFunctions.Core.Errors;

/// <summary>MIG6xxx: settings, identity and secrets of the service. MIG6001 to 6007 and 6999 belong to the command
/// line (CliErrorCodes).</summary>
public static partial class ErrorCodes
{
    /// <summary>A failure that nobody foresaw, told by its type; what it says stands in the service's log alone.</summary>
    public const string Unforeseen = "MIG0000";

    /// <summary>A connection string holds a password outside local development.</summary>
    public const string PasswordInSettings = "MIG6008";

    /// <summary>A connection is to log in in two ways at once: by a password or the operating system, and by a
    /// secret.</summary>
    public const string CredentialGivenTwice = "MIG6009";

    /// <summary>A connection's password stands in a secret, but no Key Vault is named.</summary>
    public const string VaultNotConfigured = "MIG6010";

    /// <summary>The address of the Key Vault is none.</summary>
    public const string VaultUriInvalid = "MIG6011";

    /// <summary>A connection string is malformed, or names no server, database or user.</summary>
    public const string ConnectionInvalid = "MIG6012";

    /// <summary>A connection is not protected on its way: not encrypted, or to a server that proves nothing.</summary>
    public const string ConnectionNotProtected = "MIG6013";

    /// <summary>The name of a secret is none, or belongs to a connection that is not set.</summary>
    public const string SecretNameInvalid = "MIG6014";

    /// <summary>The client id of the managed identity is none.</summary>
    public const string IdentityInvalid = "MIG6015";

    /// <summary>The Key Vault cannot be reached: the same call may succeed later.</summary>
    public const string VaultUnreachable = "MIG6016";

    /// <summary>The Key Vault does not give a secret: it is not there, disabled, or not for this identity.</summary>
    public const string SecretNotReadable = "MIG6017";

    /// <summary>Microsoft Entra gives no token: the same call may succeed later.</summary>
    public const string TokenUnavailable = "MIG6018";
}
