using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Connections;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.SqlServer;

/// <summary>Opens connections to the source, by the string alone or with a credential that is asked for when a new
/// session logs in. SqlClient pools by what a session logs in with, so each version of a secret has a pool of its own,
/// and all tokens share one.</summary>
public sealed class SqlServerConnections
{
    readonly Lazy<SqlServerLogin> _login;

    // Without its packet multiplexer SqlClient (6.1 to 7.1) reads the text of an (n)varchar(max) column past the end of a
    // TDS packet when one network read brings parts of two: the next packet's header becomes text, or the read fails.
    static SqlServerConnections() => AppContext.SetSwitch("Switch.Microsoft.Data.SqlClient.UseCompatibilityProcessSni", false);

    /// <param name="connectionString">Looked at when the first connection is opened.</param>
    /// <param name="credential">A secret, which is the password of the string's user, or a token; null when the string
    /// says it all.</param>
    public SqlServerConnections(string? connectionString, KeptCredential? credential = null) =>
        _login = new Lazy<SqlServerLogin>(() => SqlServerLogin.Read(connectionString, credential));

    /// <summary>Server and database, for messages; never a user or a password.</summary>
    public string Endpoint => _login.Value.Endpoint;

    /// <summary>An open connection from the pool of that isolation level. A secret that the server refuses is fetched
    /// anew, and tried once more if it has changed.</summary>
    /// <exception cref="MigrationException">MIG3001, MIG3002, MIG3013: the setting is missing or malformed, or why
    /// there is no credential (MIG6016 to MIG6018).</exception>
    public async Task<SqlConnection> OpenAsync(
        CancellationToken cancellationToken, SourceIsolation isolation = SourceIsolation.ReadCommitted)
    {
        var login = _login.Value;
        var (connection, used) = await login.CreateAsync(isolation, cancellationToken);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (Exception e) when (SqlServerErrors.IsSourceFailure(e, cancellationToken))
        {
            await connection.DisposeAsync();
            if (!SqlServerErrors.IsRefusedLogin(e) || !await login.ReplaceAsync(used, cancellationToken))
                throw SqlServerErrors.OnConnect(e, login.Endpoint);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
        return await OpenAgainAsync(login, isolation, cancellationToken);
    }

    static async Task<SqlConnection> OpenAgainAsync(
        SqlServerLogin login, SourceIsolation isolation, CancellationToken cancellationToken)
    {
        var (connection, _) = await login.CreateAsync(isolation, cancellationToken);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (Exception e)
        {
            await connection.DisposeAsync();
            if (SqlServerErrors.IsSourceFailure(e, cancellationToken))
                throw SqlServerErrors.OnConnect(e, login.Endpoint);
            throw;
        }
    }
}
