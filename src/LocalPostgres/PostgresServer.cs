using System.Text;
using LocalPostgres.Running;
using Npgsql;

namespace LocalPostgres;

/// <summary>
/// A real PostgreSQL for demo and tests: the server that <c>MIGRATION_TEST_POSTGRES</c> names; else a private one of
/// installed binaries, of Docker or of an npm package, in this order. A private server listens on the loopback address
/// only, asks for a random password, and ends with this process, however it ends; folder and process are gone then (on
/// Windows after a crash: with the next start). All members may be used by many threads at once.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    const int PatienceSeconds = 300;

    /// <summary>PostgreSQL cuts longer identifiers off (PostgreSQL doc, "Identifiers and Key Words").</summary>
    const int LongestName = 63;

    readonly IPrivateServer? _private;
    readonly bool _replace;

    PostgresServer(string adminConnectionString, Version version, IPrivateServer? owned, bool replace)
    {
        AdminConnectionString = adminConnectionString;
        Version = version;
        _private = owned;
        _replace = replace;
    }

    /// <summary>
    /// Connection string of the superuser, to database postgres; of an external server as it was given, so to the
    /// database that it names.
    /// </summary>
    public string AdminConnectionString { get; }

    /// <summary>The server's version: major and minor. 14 or later.</summary>
    public Version Version { get; }

    /// <summary>Whether this is a server that was there before and stays: its databases stay too.</summary>
    public bool IsExternal => _private is null;

    /// <summary>
    /// Finds or starts a server and waits until it answers. Also clears what crashed processes of this user left
    /// behind.
    /// </summary>
    /// <exception cref="PostgresUnavailableException">
    /// None can be used; the message lists the attempts and the ways out. Nothing is left running.
    /// </exception>
    public static async Task<PostgresServer> StartAsync(PostgresOptions? options = null, CancellationToken ct = default)
    {
        options ??= new();
        if (!string.IsNullOrWhiteSpace(options.ExternalConnectionString))
        {
            var external = ConnectionStrings.External(options.ExternalConnectionString);
            return new(external, await CheckAsync(external, ct), null, options.Replace);
        }
        var server = await PrivateServers.StartAsync(options, ct);
        try
        {
            var version = await CheckAsync(server.AdminConnectionString, ct);
            return new(server.AdminConnectionString, version, server, options.Replace);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Creates an empty database: UTF8, collation C, from template0, so the same on every server. Returns the
    /// superuser's connection string to it. With <see cref="PostgresOptions.Replace"/> a database of that name is
    /// dropped first.
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty, holds a NUL or takes over 63 bytes of UTF-8.</exception>
    /// <exception cref="PostgresException">It exists (SQLSTATE 42P04), or another refusal of the server.</exception>
    public async Task<string> CreateDatabaseAsync(string name, CancellationToken ct = default)
    {
        var quoted = Quote(name);
        if (_replace)
            await DropDatabaseAsync(name, ct);
        await ExecuteAsync(
            $"CREATE DATABASE {quoted} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'", ct);
        return ConnectionStrings.WithDatabase(AdminConnectionString, name);
    }

    /// <summary>Makes a database as a copy of one that nobody is connected to. Grants on the database itself are not copied. Files
    /// are copied as such where the server can: the log of a copy page by page costs several times as much (PostgreSQL documentation,
    /// "CREATE DATABASE", STRATEGY).</summary>
    /// <exception cref="ArgumentException">A name is empty, holds a NUL or takes over 63 bytes of UTF-8.</exception>
    public Task CloneDatabaseAsync(string name, string template, CancellationToken ct = default) => ExecuteAsync(
        $"CREATE DATABASE {Quote(name)} TEMPLATE {Quote(template)}{(Version.Major >= 15 ? " STRATEGY file_copy" : "")}", ct);

    /// <summary>Drops a database, ending the sessions in it. One that does not exist is no error.</summary>
    /// <exception cref="ArgumentException">The name is empty, holds a NUL or takes over 63 bytes of UTF-8.</exception>
    public async Task DropDatabaseAsync(string name, CancellationToken ct = default)
    {
        await ExecuteAsync($"DROP DATABASE IF EXISTS {Quote(name)} WITH (FORCE)", ct);
        ForgetPool(ConnectionStrings.WithDatabase(AdminConnectionString, name));
    }

    /// <summary>
    /// Stops a private server and removes its folder, with all data. An external server is left as it is.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (_private is null)
            return;
        ForgetPool(AdminConnectionString);
        await _private.DisposeAsync();
    }

    /// <summary>Runs statements as the superuser, outside a transaction, on a session of their own.</summary>
    public async Task ExecuteAsync(string sql, CancellationToken ct = default)
    {
        await using var connection = new NpgsqlConnection(ConnectionStrings.Unpooled(AdminConnectionString));
        await connection.OpenAsync(ct);
        // A database is made and dropped with a checkpoint, which a busy machine takes its time for.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = PatienceSeconds };
        await command.ExecuteNonQueryAsync(ct);
    }

    static async Task<Version> CheckAsync(string connectionString, CancellationToken ct)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionStrings.Unpooled(connectionString));
            await connection.OpenAsync(ct);
            await using var command = new NpgsqlCommand(
                "SELECT current_setting('server_version_num')::int, rolsuper FROM pg_roles "
                + "WHERE rolname = current_user",
                connection);
            await using var reader = await command.ExecuteReaderAsync(ct);
            await reader.ReadAsync(ct);
            var version = PostgresVersion.FromNumber(reader.GetInt32(0));
            if (version < PostgresVersion.Oldest)
                throw new PostgresUnavailableException(
                    $"The server runs PostgreSQL {version}; {PostgresVersion.Oldest.Major} or later is needed.");
            return reader.GetBoolean(1)
                ? version
                : throw new PostgresUnavailableException(
                    $"The role of {PostgresOptions.ExternalServerVariable} is no superuser; "
                    + "databases and roles are to be created with it.");
        }
        catch (NpgsqlException e)
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString);
            throw new PostgresUnavailableException(
                $"The PostgreSQL server at {builder.Host}:{builder.Port} cannot be used: {e.Message}", e);
        }
    }

    static void ForgetPool(string connectionString)
    {
        using var connection = new NpgsqlConnection(connectionString);
        NpgsqlConnection.ClearPool(connection);
    }

    static string Quote(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(name) > LongestName)
            throw new ArgumentException(
                $"A database name has no NUL and at most {LongestName} bytes of UTF-8.", nameof(name));
        return $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
