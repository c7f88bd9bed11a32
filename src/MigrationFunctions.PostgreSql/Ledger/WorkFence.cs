using Dapper;
using MigrationFunctions.Core.Errors;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Ledger;

/// <summary>Keeps a run or a repair that has ended from writing. Each of its writing transactions shares a lock that its end
/// takes alone: the end waits for what is in flight, and whatever comes later finds that it has ended.</summary>
static class WorkFence
{
    /// <summary>Makes the connection's transaction one of the run's or repair's.</summary>
    /// <exception cref="MigrationException">MIG2121: it has ended.</exception>
    public static async Task EnterAsync(NpgsqlConnection connection, string id, CancellationToken cancellationToken)
    {
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT migration.may_write(@id)", new { id }, cancellationToken: cancellationToken)))
            throw Ended(id);
    }

    /// <summary>What a writing transaction is told that comes too late.</summary>
    public static MigrationException Ended(string id) => new(new Problem(
        ErrorCodes.WorkEnded, id, "It was terminated, or another run has taken its tenants over: nothing is written for it any more.",
        "Look at its status; start a new run to go on."));

    /// <summary>Waits until no transaction of the run or repair is in flight. Those that come later wait for the connection's
    /// transaction to end.</summary>
    /// <exception cref="PostgresException">SQLSTATE 55P03: some still are after that time.</exception>
    public static Task CloseAsync(
        NpgsqlConnection connection, string id, TimeSpan patience, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            SELECT set_config('lock_timeout', @timeout, true);
            SELECT pg_advisory_xact_lock(migration.work_lock(@id))
            """,
            new { id, timeout = $"{(long)patience.TotalMilliseconds}ms" },
            commandTimeout: (int)patience.TotalSeconds + 10, cancellationToken: cancellationToken));

    /// <summary>How many transactions of the run or repair are in flight.</summary>
    public static Task<int> CountAsync(NpgsqlConnection connection, string id, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<int>(new CommandDefinition(
            """
            SELECT count(*)::int FROM pg_locks
            WHERE locktype = 'advisory' AND granted AND mode = 'ShareLock' AND objsubid = 1
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND (classid::bigint << 32) | objid::bigint = migration.work_lock(@id)
            """, new { id }, cancellationToken: cancellationToken));
}
