using Dapper;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Auditing;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Limits;

/// <summary>Run-wide limits in migration.run_control, slots as advisory locks, and looks at pg_stat_activity.</summary>
public sealed class PostgresRunLimits(PostgresConnections connections, TimeProvider clock) : IRunLimits
{
    public Task<RunControl> GetAsync(RunContext run, CancellationToken cancellationToken) =>
        connections.RunAsync("migration.run_control", async connection =>
        {
            var row = await connection.QuerySingleOrDefaultAsync<(int Version, string Limits, string Throttle)?>(
                new CommandDefinition(
                    "SELECT version, limits, throttle FROM migration.run_control WHERE run_id = @RunId",
                    new { run.RunId }, cancellationToken: cancellationToken));
            return row is var (version, limits, throttle)
                ? new RunControl(run.RunId, Read<RunLimits>(limits), Read<ThrottleState>(throttle), version)
                : RunControl.Of(run, clock.GetUtcNow());
        }, cancellationToken);

    public Task<bool> TryChangeAsync(
        RunContext run, RunControl next, AuditEntry? audit, CancellationToken cancellationToken) =>
        connections.RunAsync("migration.run_control", async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var changed = await WriteAsync(connection, next, cancellationToken);
            if (changed && audit is not null)
                await AuditLog.WriteAsync(connection, audit, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return changed;
        }, cancellationToken);

    public Task<IAsyncDisposable?> TryTakeReaderAsync(RunContext run, CancellationToken cancellationToken) => TryTakeAsync(
        async connection => await RunSlots.TakeAsync(connection, run.RunId, true, false, cancellationToken) is null, cancellationToken);

    public Task<IAsyncDisposable?> TryTakeReaderBesideRunsAsync(CancellationToken cancellationToken) => TryTakeAsync(
        connection => RunSlots.TakeReaderOfAllAsync(connection, cancellationToken), cancellationToken);

    async Task<IAsyncDisposable?> TryTakeAsync(Func<NpgsqlConnection, Task<bool>> take, CancellationToken cancellationToken)
    {
        var connection = await connections.OpenAsync(connections.Writer, cancellationToken);
        NpgsqlTransaction? transaction = null;
        var isTaken = false;
        try
        {
            transaction = await connection.BeginTransactionAsync(cancellationToken);
            isTaken = await take(connection);
            return isTaken ? new SlotLease(connection, transaction) : null;
        }
        catch (Exception e) when (PostgresErrors.IsTargetFailure(e, cancellationToken))
        {
            throw PostgresErrors.OnCommand(e, "migration.take_slots");
        }
        finally
        {
            if (!isTaken)
                await (transaction is null ? connection : new SlotLease(connection, transaction) as IAsyncDisposable)
                    .DisposeAsync();
        }
    }

    // Outside a transaction what is taken is given back at the end of the statement.
    public Task<bool> HasFreeAsync(RunContext run, SlotKind kind, CancellationToken cancellationToken) =>
        connections.RunAsync("migration.take_slots", async connection => await RunSlots.TakeAsync(
            connection, run.RunId, kind == SlotKind.Reader, kind == SlotKind.Writer, cancellationToken) is null,
            cancellationToken);

    public async Task<TargetLoad> MeasureAsync(RunContext run, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var sightings = await SessionWatch.LookAsync(connections, clock, cancellationToken);
        var perRow = await connections.RunAsync(
            "migration.batch_state", connection => RecentBatches.MicrosecondsPerRowAsync(
                connection, run, since, cancellationToken), cancellationToken);
        var waiting = sightings.Where(s => s.WaitsFor is not null).ToList();
        return new TargetLoad(
            clock.GetUtcNow(), perRow, sightings.Count, waiting.Count,
            waiting.CountBy(s => s.WaitsFor!).OrderByDescending(w => w.Value).Select(w => w.Key).FirstOrDefault());
    }

    /// <summary>Stores a control made from version <c>next.Version</c>; version 0 is the first.</summary>
    /// <returns>False when another one is stored.</returns>
    internal static async Task<bool> WriteAsync(
        NpgsqlConnection connection, RunControl next, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO migration.run_control AS c
              (run_id, version, source_readers, target_writers, limits, throttle)
            SELECT @RunId, 1, @readers, @writers, @limits, @throttle
            WHERE @Version = 0 OR EXISTS (SELECT 1 FROM migration.run_control WHERE run_id = @RunId)
            ON CONFLICT (run_id) DO UPDATE
            SET version = c.version + 1, source_readers = EXCLUDED.source_readers,
                target_writers = EXCLUDED.target_writers, limits = EXCLUDED.limits, throttle = EXCLUDED.throttle
            WHERE c.version = @Version
            """,
            new
            {
                next.RunId, next.Version, readers = next.Limits.SourceReaders, writers = next.Writers,
                limits = StoredJson.Write(next.Limits),
                throttle = StoredJson.Write(next.Throttle),
            }, cancellationToken: cancellationToken)) == 1;

    static T Read<T>(string json) => StoredJson.Read<T>(json);
}
