using System.Text.RegularExpressions;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Connections;

/// <summary>What settings of connections must not say. Outside local development that is more: no password, no
/// connection that others could read or answer. A string that is missing is no reason not to start: whoever uses the
/// connection is told.</summary>
static partial class ConnectionRules
{
    const string UnresolvedReference = "@Microsoft.KeyVault(";

    public static IReadOnlyList<Problem> Check(ConnectionSettings settings)
    {
        var problems = new List<Problem>();
        foreach (var connection in settings.Named)
        {
            CheckSecret(connection, settings, problems);
            if (connection.Text is not null)
                CheckUser(connection, problems);
            if (connection.Text is not null && !settings.IsDevelopment)
                CheckForProduction(connection, problems);
        }
        CheckVault(settings.KeyVaultUri, problems);
        if (settings.ManagedIdentityClientId is { } clientId && !Guid.TryParseExact(clientId, "D", out _))
            problems.Add(new Problem(
                ErrorCodes.IdentityInvalid, ConnectionSettings.IdentityKey, "The setting is no client id.",
                "Set it to the clientId of the user-assigned identity (a UUID), not to its name or resource id."));
        return problems;
    }

    static void CheckSecret(ConnectionSetting connection, ConnectionSettings settings, List<Problem> problems)
    {
        if (connection.SecretName is not { } name)
            return;
        if (!SecretName().IsMatch(name))
            problems.Add(new Problem(
                ErrorCodes.SecretNameInvalid, connection.SecretKey, "The setting is no name of a secret.",
                "Set it to the name alone, of letters, digits and hyphens; neither an address nor the password."));
        if (connection.Text is null)
            problems.Add(new Problem(
                ErrorCodes.SecretNameInvalid, connection.SecretKey,
                "The secret belongs to a connection that is not set.",
                $"Set {connection.Key}, or remove this setting."));
        if (settings.KeyVaultUri is null)
            problems.Add(new Problem(
                ErrorCodes.VaultNotConfigured, connection.SecretKey,
                "The password stands in a secret, but no vault is named.",
                $"Set {ConnectionSettings.VaultKey} to https://NAME.vault.azure.net/."));
        if (connection.Traits is { HasPassword: true } or { IsIntegrated: true })
            problems.Add(new Problem(
                ErrorCodes.CredentialGivenTwice, connection.Key,
                $"The string brings a way to log in, and {connection.SecretKey} names a secret for it.",
                connection.Traits.HasPassword ? "Remove the password from the string."
                    : "Remove Integrated Security from the string, or the secret's name."));
    }

    static void CheckUser(ConnectionSetting connection, List<Problem> problems)
    {
        var needsUser = connection.Method == ConnectionMethod.KeyVault
            || connection.Method == ConnectionMethod.Entra && connection.Name != ConnectionName.Source;
        if (needsUser && connection.Traits is { HasUser: false })
            problems.Add(new Problem(
                ErrorCodes.ConnectionInvalid, connection.Key,
                "The string names no user, who logs in with a secret or a token.",
                connection.Name == ConnectionName.Source ? "Add User ID=..."
                    : "Add Username=..., the role in the database."));
    }

    static void CheckForProduction(ConnectionSetting connection, List<Problem> problems)
    {
        if (connection.Traits is not { } traits)
        {
            problems.Add(Malformed(connection));
            return;
        }
        if (traits.HasPassword)
            problems.Add(new Problem(
                ErrorCodes.PasswordInSettings, connection.Key, "The string holds a password, or names a file with one.",
                $"Remove it and name a Key Vault secret in {connection.SecretKey}, or let the identity log in with a "
                + "token. Only local development (DOTNET_ENVIRONMENT or AZURE_FUNCTIONS_ENVIRONMENT Development) has "
                + "passwords."));
        if (traits.Exposure is { } exposure)
            problems.Add(new Problem(
                ErrorCodes.ConnectionNotProtected, connection.Key, exposure, traits.Protection ?? ""));
    }

    static Problem Malformed(ConnectionSetting connection)
    {
        if (connection.Text!.StartsWith(UnresolvedReference, StringComparison.OrdinalIgnoreCase))
            return new Problem(
                ErrorCodes.ConnectionInvalid, connection.Key,
                "Azure has not resolved the setting's Key Vault reference.",
                $"Write the string without password and name the password's secret in {connection.SecretKey}.");
        return new Problem(
            ErrorCodes.ConnectionInvalid, connection.Key, "The string is malformed, or names no server or database.",
            connection.Name == ConnectionName.Source
                ? "Set it to an ADO.NET connection string with Data Source and Initial Catalog, without Authentication."
                : "Set it to an Npgsql connection string with Host, Database and Username.");
    }

    static void CheckVault(string? setting, List<Problem> problems)
    {
        if (setting is null || IsVault(setting))
            return;
        problems.Add(new Problem(
            ErrorCodes.VaultUriInvalid, ConnectionSettings.VaultKey, "The setting is no address of a vault.",
            "Set it to https://NAME.vault.azure.net/, without path or query."));
    }

    static bool IsVault(string setting) =>
        Uri.TryCreate(setting, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
        && uri is { AbsolutePath: "/", Query: "", Fragment: "", UserInfo: "" };

    // docs: Azure naming rules, Microsoft.KeyVault/vaults/secrets.
    [GeneratedRegex("^[0-9A-Za-z-]{1,127}$", RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();
}
