using Azure.Core;
using Azure.Identity;
using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.SqlServer;

/// <summary>Opens connections to the source. A connection string with neither user nor integrated security
/// authenticates with a Microsoft Entra token of the process's own identity.</summary>
public sealed class SqlServerConnections
{
    static readonly string[] TokenScope = ["https://database.windows.net/.default"];
    readonly Lazy<Parsed> _settings;

    // Without its packet multiplexer SqlClient (6.1 to 7.1) reads the text of an (n)varchar(max) column past the end of a
    // TDS packet when one network read brings parts of two: the next packet's header becomes text, or the read fails.
    static SqlServerConnections() => AppContext.SetSwitch("Switch.Microsoft.Data.SqlClient.UseCompatibilityProcessSni", false);

    /// <param name="connectionString">Looked at when the first connection is opened.</param>
    public SqlServerConnections(string? connectionString, TokenCredential? credential = null) =>
        _settings = new Lazy<Parsed>(() => Read(connectionString, credential));

    /// <summary>Server and database, for messages; never a user or a password.</summary>
    public string Endpoint => _settings.Value.Endpoint;

    /// <summary>An open connection from the pool of that isolation level.</summary>
    /// <exception cref="MigrationException">MIG3001, MIG3002, or MIG3013: the setting is missing or malformed.</exception>
    public async Task<SqlConnection> OpenAsync(
        CancellationToken cancellationToken, SourceIsolation isolation = SourceIsolation.ReadCommitted)
    {
        var settings = _settings.Value;
        var connection = new SqlConnection(isolation == SourceIsolation.Snapshot ? settings.Snapshot : settings.ReadCommitted);
        if (settings.Credential is { } credential)
            connection.AccessTokenCallback = async (parameters, token) =>
            {
                var issued = await credential.GetTokenAsync(new TokenRequestContext(TokenScope), token);
                return new SqlAuthenticationToken(issued.Token, issued.ExpiresOn);
            };
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (Exception e) when (SqlServerErrors.IsSourceFailure(e, cancellationToken))
        {
            await connection.DisposeAsync();
            throw SqlServerErrors.OnConnect(e, Endpoint);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    static Parsed Read(string? connectionString, TokenCredential? credential)
    {
        var builder = Parse(connectionString);
        var needsToken = builder.UserID.Length == 0 && !builder.IntegratedSecurity;
        builder.ApplicationName = "MigrationFunctions";
        var readCommitted = builder.ConnectionString;
        // A pooled connection keeps the isolation level of its last user, so each level has a pool of its own.
        builder.ApplicationName = "MigrationFunctions snapshot";
        return new Parsed(
            readCommitted, builder.ConnectionString, $"{builder.DataSource}/{builder.InitialCatalog}",
            needsToken ? credential ?? new DefaultAzureCredential() : null);
    }

    static SqlConnectionStringBuilder Parse(string? connectionString)
    {
        try
        {
            var builder = new SqlConnectionStringBuilder(connectionString);
            if (builder.DataSource.Length > 0 && builder.InitialCatalog.Length > 0)
                return builder;
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

    sealed record Parsed(string ReadCommitted, string Snapshot, string Endpoint, TokenCredential? Credential);
}
