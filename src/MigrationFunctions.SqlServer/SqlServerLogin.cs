using System.Security;
using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Connections;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.SqlServer;

/// <summary>Makes connections that know how to log in. SqlClient finds a pool by the string and by the very instance of
/// <see cref="SqlCredential"/> or of the callback: one of each is kept, or every connection would have a pool of its
/// own.</summary>
sealed class SqlServerLogin
{
    static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;

    readonly Lock _gate = new();
    readonly string _readCommitted;
    readonly string _snapshot;
    readonly string _user;
    readonly KeptCredential? _credential;
    readonly Func<SqlAuthenticationParameters, CancellationToken, Task<SqlAuthenticationToken>> _tokens;
    (LoginCredential Secret, SqlCredential Login)? _password;

    SqlServerLogin(SqlConnectionStringBuilder builder, KeptCredential? credential)
    {
        _credential = credential;
        _tokens = GetTokenAsync;
        _user = builder.UserID;
        Endpoint = $"{builder.DataSource}/{builder.InitialCatalog}";
        if (credential is not null)
        {
            builder.Remove("User ID");
            builder.Remove("Password");
        }
        builder.ApplicationName = "MigrationFunctions";
        _readCommitted = builder.ConnectionString;
        // A pooled connection keeps the isolation level of its last user, so each level has a pool of its own.
        builder.ApplicationName = "MigrationFunctions snapshot";
        _snapshot = builder.ConnectionString;
    }

    /// <summary>Server and database.</summary>
    public string Endpoint { get; }

    /// <exception cref="MigrationException">MIG3013; the string's text is not repeated.</exception>
    public static SqlServerLogin Read(string? connectionString, KeptCredential? credential)
    {
        try
        {
            var builder = new SqlConnectionStringBuilder(connectionString);
            if (builder.DataSource.Length > 0 && builder.InitialCatalog.Length > 0)
                return new SqlServerLogin(builder, credential);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            // The parser's message may quote a part of the string, and so a password: it is not passed on.
        }
        throw new MigrationException(new Problem(
            ErrorCodes.SourceNotConfigured, "Migration:SourceConnection",
            "The setting is missing, malformed, or names no server or database.",
            "Set it to an ADO.NET connection string with Data Source and Initial Catalog."));
    }

    /// <summary>A connection that is not open yet, and the secret that it will log in with.</summary>
    public async Task<(SqlConnection Connection, LoginCredential? Used)> CreateAsync(
        SourceIsolation isolation, CancellationToken cancellationToken)
    {
        var text = isolation == SourceIsolation.Snapshot ? _snapshot : _readCommitted;
        if (_credential is null)
            return (new SqlConnection(text), null);
        if (_credential.Kind == KeptCredential.Token)
        {
            // SqlClient keeps to itself why its callback failed. One token that ended does not count: the pool may have
            // sessions that need none.
            if (_credential.Current is null)
                await _credential.GetAsync(cancellationToken);
            return (new SqlConnection(text) { AccessTokenCallback = _tokens }, null);
        }
        var secret = await _credential.GetAsync(cancellationToken);
        return (new SqlConnection(text, LoginOf(secret)), secret);
    }

    /// <summary>The server refused the login: looks for another secret. Tokens are out of reach: SqlClient keeps them
    /// with its pool.</summary>
    public async Task<bool> ReplaceAsync(LoginCredential? refused, CancellationToken cancellationToken) =>
        _credential is not null && await _credential.ReplaceAsync(refused, cancellationToken);

    async Task<SqlAuthenticationToken> GetTokenAsync(
        SqlAuthenticationParameters parameters, CancellationToken cancellationToken)
    {
        var token = await _credential!.GetAsync(cancellationToken);
        return new SqlAuthenticationToken(token.Value, token.ExpiresOn ?? Never);
    }

    SqlCredential LoginOf(LoginCredential secret)
    {
        SqlCredential? left = null;
        SqlCredential login;
        lock (_gate)
        {
            if (_password is { } kept && string.Equals(kept.Secret.Value, secret.Value, StringComparison.Ordinal))
                return kept.Login;
            left = _password?.Login;
            login = new SqlCredential(_user, Secured(secret.Value));
            _password = (secret, login);
        }
        if (left is not null)
            CloseIdle(left);
        return login;
    }

    // Sessions of the secret before stay as long as they are in use.
    void CloseIdle(SqlCredential left)
    {
        foreach (var text in new[] { _readCommitted, _snapshot })
        {
            using var connection = new SqlConnection(text, left);
            SqlConnection.ClearPool(connection);
        }
    }

    static SecureString Secured(string text)
    {
        var secured = new SecureString();
        foreach (var character in text)
            secured.AppendChar(character);
        secured.MakeReadOnly();
        return secured;
    }
}
