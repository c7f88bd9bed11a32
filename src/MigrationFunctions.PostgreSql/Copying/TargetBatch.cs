using System.Diagnostics;
using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Ledger;
using MigrationFunctions.PostgreSql.Limits;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Copying;

/// <summary>One batch's transaction: the rows, their record in the ledger and the rejected rows, or none of
/// them.</summary>
sealed class TargetBatch : ITargetBatch
{
    readonly PostgresConnections _connections;
    readonly BatchWork _work;
    readonly NpgsqlConnection _connection;
    NpgsqlTransaction _transaction;

    TargetBatch(
        PostgresConnections connections, BatchWork work, NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        (_connections, _work, _connection, _transaction) = (connections, work, connection, transaction);
        Range = null!;
        Sink = null!;
    }

    public BatchRange Range { get; private set; }

    public BatchResult? Recorded { get; private set; }

    public IRowSink Sink { get; private set; }

    public static async Task<ITargetBatch> BeginAsync(
        PostgresConnections connections, BatchWork work, WritePath path, CancellationToken cancellationToken)
    {
        var identity = path == WritePath.Direct ? connections.Direct : connections.Writer;
        var connection = await connections.OpenAsync(identity, cancellationToken);
        TargetBatch? batch = null;
        try
        {
            batch = new TargetBatch(
                connections, work, connection, await connection.BeginTransactionAsync(cancellationToken));
            await batch.LockAsync(cancellationToken);
            await batch.ReadRecordAsync(cancellationToken);
            if (batch.Recorded is not null)
                return batch;
            if (await RunSlots.TakeAsync(connection, work.Run.RunId, true, true, cancellationToken) is { } taken)
                throw new SlotsTakenException(taken);
            FaultPoint.Pass("slot.taken");
            batch.Sink = await batch.OpenSinkAsync(path, cancellationToken);
            return batch;
        }
        catch (Exception e)
        {
            await (batch?.DisposeAsync() ?? connection.DisposeAsync());
            if (PostgresErrors.IsTargetFailure(e, cancellationToken))
                throw PostgresErrors.OnCommand(e, Place(work));
            throw;
        }
    }

    public async Task CommitAsync(
        BatchResult result, IReadOnlyList<RejectedRow> rejected, CancellationToken cancellationToken)
    {
        try
        {
            if (_work.Run.Mode == RunMode.DryRun)
                await RollBackRowsAsync(cancellationToken);
            // A dry run gave its lock back in between: another execution of the batch may have recorded the same.
            if (!await BatchRecord.WriteAsync(_connection, _work, result, rejected, cancellationToken)
                && _work.Run.Mode != RunMode.DryRun)
                throw Unknown(_work);
            FaultPoint.Pass("target.before-commit");
            var asked = Stopwatch.GetTimestamp();
            await _transaction.CommitAsync(cancellationToken);
            Metrics.TargetCommitted(_work.Run.Manifest.Name, Stopwatch.GetElapsedTime(asked));
            FaultPoint.Pass("target.after-commit");
        }
        catch (Exception e) when (PostgresErrors.IsTargetFailure(e, cancellationToken))
        {
            throw PostgresErrors.OnCommand(e, Place(_work));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Sink is not null)
            await Sink.DisposeAsync();
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    // The rows of a dry run are gone before its record is written, in a transaction of its own and under the lock
    // again.
    async Task RollBackRowsAsync(CancellationToken cancellationToken)
    {
        await _transaction.RollbackAsync(cancellationToken);
        FaultPoint.Pass("target.dry-run-rolled-back");
        await _transaction.DisposeAsync();
        _transaction = await _connection.BeginTransactionAsync(cancellationToken);
        await LockAsync(cancellationToken);
        if (Sink is DryRunIds ids)
            await ids.StoreAsync(_connection, _work, cancellationToken);
    }

    // A commit need not wait for the disk: what a crash of the server takes away is the rows and their record together, and
    // the entity's completion, which does wait, looks for batches that are planned and not done.
    async Task LockAsync(CancellationToken cancellationToken)
    {
        await _connection.ExecuteAsync(new CommandDefinition(
            $"""
            {TenantScope.Sql};
            SELECT set_config('lock_timeout', @timeout, true), set_config('synchronous_commit', 'off', true),
                   pg_advisory_xact_lock(hashtextextended(@batch, 0))
            """,
            new
            {
                tenant = _work.Tenant.Id.ToString(),
                settings = TenantScope.SettingsOf(_work.Run),
                timeout = $"{_work.Run.Options.CommandTimeoutSeconds}s",
                batch = string.Join(
                    '/', _work.Slice.Ledger, _work.Slice.Manifest, _work.Tenant.Id, _work.Slice.Entity, _work.Number),
            },
            _transaction, _work.Run.Options.CommandTimeoutSeconds + 10, cancellationToken: cancellationToken));
        await WorkFence.EnterAsync(_connection, _work.Run.RunId, cancellationToken);
    }

    async Task ReadRecordAsync(CancellationToken cancellationToken)
    {
        var (range, recorded) = await BatchRecord.ReadAsync(_connection, _work, cancellationToken)
            ?? throw Unknown(_work);
        (Range, Recorded) = (range, recorded);
    }

    async Task<IRowSink> OpenSinkAsync(WritePath path, CancellationToken cancellationToken)
    {
        var isDryRun = _work.Run.Mode == RunMode.DryRun;
        // A dry run's parents were rolled back, so its foreign keys wait for a commit that never comes; references
        // are checked against the ids that the dry run itself has seen.
        await _connection.ExecuteAsync(new CommandDefinition(
            $"SET CONSTRAINTS ALL {(isDryRun ? "DEFERRED" : "IMMEDIATE")}", cancellationToken: cancellationToken));
        var table = isDryRun && _work.Entity.TargetTable.ForeignKeys.Any(k => !k.IsDeferrable)
            ? await DryRunIds.CreateShadowAsync(_connection, _work, cancellationToken)
            : Identifier.QuoteTable(_work.Layout.TargetTable);
        var sink = path == WritePath.Direct
            ? await DirectSink.OpenAsync(_connection, _work, table, cancellationToken)
            : await StagedSink.OpenAsync(_connection, _work, table, cancellationToken);
        return isDryRun && DryRunIds.AreNeeded(_work) ? new DryRunIds(sink) : sink;
    }

    static MigrationException Unknown(BatchWork work) => new(new Problem(
        ErrorCodes.TargetBatchUnknown, Place(work), "The ledger has no such batch.",
        "Start the migration again: planning goes on after the last batch that is known."));

    static string Place(BatchWork work) => $"{work.Slice}, batch {work.Number}";
}
