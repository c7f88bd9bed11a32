using MigrationFunctions.Core.Connections;
using MigrationFunctions.Core.Errors;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Connections;

/// <summary>The target's two identities. <b>Writer</b> is least-privileged, owns schema <c>migration</c>, and is held
/// by row-level security to one tenant at a time. <b>Direct</b> may bypass row-level security, so that COPY can go
/// straight into a table; without a setting of its own it is the writer.</summary>
/// <remarks>A credential is asked for whenever the server wants a password for a new session, so that a pool outlives
/// its tokens and secrets; sessions that are open stay so.</remarks>
public sealed class PostgresConnections : IAsyncDisposable
{
    const int KeepAliveSeconds = 60;

    readonly Func<NpgsqlDataSource> _buildWriter;
    readonly KeptCredential? _writerCredential;
    readonly KeptCredential? _directCredential;

    /// <param name="writerCredential">What the writer logs in with; null when its string has a password.</param>
    /// <param name="directCredential">The same of the direct identity.</param>
    /// <exception cref="MigrationException">MIG4014: a setting is missing or malformed; its text is not
    /// repeated.</exception>
    public PostgresConnections(
        string setting, string? writer, string? direct, KeptCredential? writerCredential = null,
        KeptCredential? directCredential = null)
    {
        _writerCredential = writerCredential;
        _directCredential = directCredential;
        _buildWriter = () => Build(setting, writer, writerCredential);
        Writer = _buildWriter();
        HasDirect = !string.IsNullOrEmpty(direct);
        Direct = HasDirect ? Build(setting + " (direct)", direct, directCredential) : Writer;
        var builder = new NpgsqlConnectionStringBuilder(writer);
        Endpoint = $"{builder.Host}:{builder.Port}/{builder.Database}";
        Database = builder.Database!;
    }

    public NpgsqlDataSource Writer { get; }

    public NpgsqlDataSource Direct { get; }

    /// <summary>A direct identity is configured beside the writer.</summary>
    public bool HasDirect { get; }

    /// <summary>The writer, and the direct identity if it is another one.</summary>
    public IReadOnlyList<NpgsqlDataSource> Identities => HasDirect ? [Writer, Direct] : [Writer];

    /// <summary>A writer of one's own, for a library that disposes what it is given.</summary>
    public NpgsqlDataSource BuildWriter() => _buildWriter();

    /// <summary>Host and database, for messages; never a user or a password.</summary>
    public string Endpoint { get; }

    public string Database { get; }

    /// <summary>An open connection. A password that the server refuses is fetched anew, and tried once more if it has
    /// changed: so a secret is rotated without a restart. Pooled sessions of a server that has become read-only are given
    /// up.</summary>
    /// <exception cref="MigrationException">MIG4001, MIG4002, or why there is no credential (MIG6016 to
    /// MIG6018).</exception>
    public async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(source, cancellationToken);
        if (!IsReadOnly(connection))
            return connection;
        // Opened before a failover: what is opened now may lead to the new primary.
        await connection.DisposeAsync();
        source.Clear();
        return await ConnectAsync(source, cancellationToken);
    }

    async Task<NpgsqlConnection> ConnectAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var credential = ReferenceEquals(source, Writer) ? _writerCredential : _directCredential;
        var used = credential?.Current;
        try
        {
            return await source.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception e) when (PostgresErrors.IsTargetFailure(e, cancellationToken))
        {
            if (credential is null || !PostgresErrors.IsRefusedPassword(e)
                || !await credential.ReplaceAsync(used ?? credential.Current, cancellationToken))
                throw PostgresErrors.OnConnect(e, Endpoint);
        }
        try
        {
            return await source.OpenConnectionAsync(cancellationToken);
        }
        catch (Exception e) when (PostgresErrors.IsTargetFailure(e, cancellationToken))
        {
            throw PostgresErrors.OnConnect(e, Endpoint);
        }
    }

    /// <summary>Runs work on a connection of the writer; failures come out coded.</summary>
    public Task<T> RunAsync<T>(
        string place, Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) =>
        RunAsync(Writer, place, work, cancellationToken);

    /// <summary>Runs work on a connection of that identity; failures come out coded. On a session that turns out to be broken it is
    /// done once more on a new one, so it has to be repeatable.</summary>
    public async Task<T> RunAsync<T>(
        NpgsqlDataSource identity, string place, Func<NpgsqlConnection, Task<T>> work,
        CancellationToken cancellationToken)
    {
        await using (var pooled = await OpenAsync(identity, cancellationToken))
            try
            {
                return await work(pooled);
            }
            catch (Exception e) when (PostgresErrors.IsTargetFailure(e, cancellationToken))
            {
                // Dropped while it lay in the pool, as those beside it: all that is done here may be repeated.
                if (!IsBroken(pooled, e))
                    throw PostgresErrors.OnCommand(e, place);
                identity.Clear();
            }
        await using var connection = await OpenAsync(identity, cancellationToken);
        try
        {
            return await work(connection);
        }
        catch (Exception e) when (PostgresErrors.IsTargetFailure(e, cancellationToken))
        {
            throw PostgresErrors.OnCommand(e, place);
        }
    }

    static bool IsBroken(NpgsqlConnection connection, Exception e) =>
        e is not PostgresException and not TimeoutException and not NpgsqlException { InnerException: TimeoutException }
        && !connection.FullState.HasFlag(System.Data.ConnectionState.Open);

    public async ValueTask DisposeAsync()
    {
        await Direct.DisposeAsync();
        await Writer.DisposeAsync();
    }

    // The server reports both with every change (PostgreSQL documentation, 55.2.7).
    static bool IsReadOnly(NpgsqlConnection connection) =>
        IsOn(connection, "in_hot_standby") || IsOn(connection, "default_transaction_read_only");

    static bool IsOn(NpgsqlConnection connection, string parameter) =>
        connection.PostgresParameters.TryGetValue(parameter, out var value) && value == "on";

    static NpgsqlDataSource Build(string setting, string? connectionString, KeptCredential? credential)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString) { IncludeErrorDetail = false };
            if (string.IsNullOrEmpty(builder.Host) || string.IsNullOrEmpty(builder.Database))
                throw new ArgumentException("no host or database");
            builder.ApplicationName ??= "MigrationFunctions";
            // An index build is silent for hours: what stands between drops a connection on which nothing moves.
            if (builder is { TcpKeepAlive: false, TcpKeepAliveTime: 0 })
                builder.TcpKeepAliveTime = KeepAliveSeconds;
            var source = new NpgsqlDataSourceBuilder(builder.ConnectionString);
            if (credential is not null)
                source.UsePasswordProvider(
                    _ => credential.Get().Value,
                    async (_, token) => (await credential.GetAsync(token)).Value);
            return source.Build();
        }
        catch (Exception e) when (
            e is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException)
        {
            // The parser's message may quote a part of the string, and so a password: it is not passed on.
            throw new MigrationException(new Problem(
                ErrorCodes.TargetNotConfigured, setting,
                "The setting is missing, malformed, or names no host or database.",
                "Set it to an Npgsql connection string with Host, Database and Username."));
        }
    }
}
