using System.Globalization;
using System.Security.Cryptography;
using LocalSqlServer.Ddl;
using LocalSqlServer.Storage;
using Microsoft.Data.SqlClient;

namespace LegacyServers;

/// <summary>
/// A real SQL Server. Every database that is served is created, loaded, and dropped again when its source is disposed. The
/// product gets a login of its own that may read and nothing else; where none can be made, the login that was given.
/// </summary>
sealed class RealServer : ILegacyServer
{
    // One login for all tests of a process; the server may be shared with others.
    readonly string _reader = $"migration_reader_{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
    readonly string _password = $"Aa1-{RandomNumberGenerator.GetHexString(32)}";
    readonly string _admin;
    readonly bool _hasReader;
    int _databases;

    RealServer(string admin, bool hasReader) => (_admin, _hasReader) = (admin, hasReader);

    /// <exception cref="SqlException">The server cannot be reached, or refuses the login.</exception>
    public static async Task<RealServer> ConnectAsync(string connectionString, CancellationToken cancellationToken = default)
    {
        var admin = new SqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
        await using var connection = await OpenAsync(admin, "master", cancellationToken);
        await using var question = new SqlCommand(ServerScript.CanMakeLogins, connection);
        var server = new RealServer(admin, (int)(await question.ExecuteScalarAsync(cancellationToken))! == 1);
        if (server._hasReader)
            await ExecuteAsync(
                connection, [ServerScript.CreateLogin(server._reader, server._password)], cancellationToken);
        return server;
    }

    public async Task<ILegacySource> ServeAsync(LegacyDatabase legacy, CancellationToken cancellationToken = default)
    {
        var name = string.Create(
            CultureInfo.InvariantCulture, $"{legacy.Name}_{_reader[^12..]}_{Interlocked.Increment(ref _databases)}");
        try
        {
            await using (var master = await OpenAsync(_admin, "master", cancellationToken))
                await ExecuteAsync(
                    master, [ServerScript.CreateOneAtATime, .. DatabaseScript.Create(legacy, name)], cancellationToken);
            await using var connection = await OpenAsync(_admin, name, cancellationToken);
            await ExecuteAsync(
                connection, DatabaseScript.Tables(legacy).Concat(DatabaseScript.Views(legacy)), cancellationToken);
            foreach (var table in legacy.Tables)
                await TableLoader.LoadAsync(connection, table, cancellationToken);
            await ExecuteAsync(connection, DatabaseScript.ForeignKeys(legacy), cancellationToken);
            if (_hasReader)
                await ExecuteAsync(connection, ServerScript.GrantReading(_reader), cancellationToken);
            return new RealSource(
                new SqlConnectionStringBuilder(_admin) { InitialCatalog = name }.ConnectionString, ConnectionString(name),
                await LoginAsync(connection, cancellationToken), () => DropAsync(name));
        }
        catch
        {
            await TryDropAsync(name);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_hasReader)
            return;
        // The product's pools keep sessions of the login open.
        SqlConnection.ClearAllPools();
        await using var master = await OpenAsync(_admin, "master", CancellationToken.None);
        await ExecuteAsync(master, [ServerScript.DropLogin(_reader)], CancellationToken.None);
    }

    async Task<string> LoginAsync(SqlConnection connection, CancellationToken cancellationToken)
    {
        if (_hasReader)
            return _reader;
        await using var question = new SqlCommand(ServerScript.Login, connection);
        return (string)(await question.ExecuteScalarAsync(cancellationToken))!;
    }

    string ConnectionString(string database)
    {
        var builder = new SqlConnectionStringBuilder(_admin) { InitialCatalog = database, Pooling = true };
        if (_hasReader)
        {
            builder.Remove("Integrated Security");
            builder.Remove("Authentication");
            (builder.UserID, builder.Password) = (_reader, _password);
        }
        return builder.ConnectionString;
    }

    // What failed before tells more than that this fails too.
    async Task TryDropAsync(string name)
    {
        try
        {
            await DropAsync(name);
        }
        catch (SqlException)
        {
        }
    }

    async Task DropAsync(string name)
    {
        await using var master = await OpenAsync(_admin, "master", CancellationToken.None);
        await ExecuteAsync(master, [DatabaseScript.Drop(name)], CancellationToken.None);
    }

    static async Task<SqlConnection> OpenAsync(string connectionString, string database, CancellationToken cancellationToken)
    {
        var connection = new SqlConnection(
            new SqlConnectionStringBuilder(connectionString) { InitialCatalog = database }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    static async Task ExecuteAsync(SqlConnection connection, IEnumerable<string> batches, CancellationToken cancellationToken)
    {
        foreach (var batch in batches)
        {
            await using var command = new SqlCommand(batch, connection) { CommandTimeout = TableLoader.TimeoutSeconds };
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
