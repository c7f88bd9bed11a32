using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Copying;

/// <summary>The multi-tenant PostgreSQL. Every call has a time-out; a failure is a
/// <see cref="Errors.MigrationException"/> with a MIG4xxx code that says whether it is transient.</summary>
public interface ITargetDatabase
{
    /// <summary>Connects and asks for version, role, clock.</summary>
    Task<TargetFacts> GetFactsAsync(CancellationToken cancellationToken);

    /// <summary>A table's columns, keys and row-level security, or null when it does not exist.</summary>
    Task<TargetTable?> FindTableAsync(string name, CancellationToken cancellationToken);

    /// <summary>Privileges on the table that a run needs and the role lacks, by role.</summary>
    Task<IReadOnlyList<string>> FindMissingPrivilegesAsync(string table, CancellationToken cancellationToken);

    /// <summary>What rows of the tenants would meet in a table: unique indexes and triggers that they may not expect (warnings),
    /// policies and partitions that do not take them (errors).</summary>
    Task<IReadOnlyList<Problem>> FindObstaclesAsync(
        EntityTarget table, IReadOnlyList<Tenant> tenants, CancellationToken cancellationToken);

    /// <summary>A pooler that shares sessions between transactions, or null.</summary>
    Task<Problem?> FindPoolerAsync(CancellationToken cancellationToken);

    /// <summary>Rights that no run needs: of the identities, of auditors and of everybody, on the server, on schema
    /// <c>migration</c> and on the tables.</summary>
    Task<IReadOnlyList<ExcessivePrivilege>> FindExcessivePrivilegesAsync(
        IReadOnlyList<string> tables, CancellationToken cancellationToken);

    /// <summary>Keeps how a run or a reconciliation found an entity's source table, for all its workers.</summary>
    /// <returns>What was kept first.</returns>
    Task<SourceTable> KeepSourceTableAsync(string runId, string entity, SourceTable table, CancellationToken cancellationToken);

    /// <summary>Makes the target ready for a run: registers the entities for look-ups of legacy ids.</summary>
    Task PrepareAsync(Manifest manifest, CancellationToken cancellationToken);

    /// <summary>The paths to try for the run's batches, in order: what the options ask for and the roles
    /// allow.</summary>
    Task<IReadOnlyList<WritePath>> GetPathsAsync(
        RunContext run, TargetTable table, CancellationToken cancellationToken);

    /// <summary>Begins a batch on a path: one transaction, the tenant's identity, the batch's advisory lock. Waits for
    /// another execution of the same batch to end, within the command time-out. Unless the batch is done already, it takes
    /// a reader's and a writer's slot of the run until it ends.</summary>
    /// <exception cref="Copying.SlotsTakenException">No slot was free; the transaction is gone.</exception>
    Task<ITargetBatch> BeginBatchAsync(BatchWork work, WritePath path, CancellationToken cancellationToken);

    /// <summary>Of the given ids, those that the referenced table does not hold for the tenant.</summary>
    Task<IReadOnlyCollection<Guid>> FindMissingParentsAsync(
        BatchWork work, EntityReference reference, IReadOnlyCollection<Guid> ids, CancellationToken cancellationToken);
}

/// <summary>What the target says of itself.</summary>
/// <param name="BypassesRowSecurity">The role that writes directly is not subject to row-level security.</param>
public sealed record TargetFacts(
    Version Version, string Database, string Role, bool BypassesRowSecurity, DateTime UtcNow, string Encoding);

/// <summary>One batch's transaction. Disposing without <see cref="CommitAsync"/> rolls everything back.</summary>
public interface ITargetBatch : IAsyncDisposable
{
    /// <summary>The batch's range as it was planned.</summary>
    BatchRange Range { get; }

    /// <summary>The recorded result when another execution has done the batch already.</summary>
    BatchResult? Recorded { get; }

    /// <summary>The way in.</summary>
    IRowSink Sink { get; }

    /// <summary>Records result and rejected rows and commits with the data. A dry run rolls the data back and records
    /// the result alone, in its own ledger.</summary>
    Task CommitAsync(BatchResult result, IReadOnlyList<RejectedRow> rejected, CancellationToken cancellationToken);
}

/// <summary>Takes PGCOPY tuples of one batch.</summary>
public interface IRowSink : IAsyncDisposable
{
    /// <summary>Sends whole tuples.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> tuples, CancellationToken cancellationToken);

    /// <summary>Ends the COPY and, on the staged path, merges.</summary>
    /// <exception cref="RowsRefusedException">The target refused a row and cannot say which ones to leave
    /// out.</exception>
    Task<SinkResult> CompleteAsync(CancellationToken cancellationToken);
}

/// <summary>What the target took.</summary>
/// <param name="RowsWritten">Rows as the server counted them.</param>
/// <param name="Refused">Rows that its constraints refused, found one by one.</param>
public sealed record SinkResult(long RowsWritten, IReadOnlyList<RefusedRow> Refused);

/// <summary>A row that was sent and not taken.</summary>
/// <param name="Tuple">The row as it was sent.</param>
/// <param name="Column">The target column or the constraint that refused it.</param>
/// <param name="Rule">Stable name of the rule, as in <see cref="RejectedRow"/>.</param>
/// <param name="Reason">A sentence without the row's values.</param>
public sealed record RefusedRow(ReadOnlyMemory<byte> Tuple, string Column, string Rule, string Reason);

/// <summary>The target refused rows on the direct path: a constraint or a key that is there already. The staged path
/// can tell which. The server's own exception is not kept: its words may quote a row, and whoever logs this one would log
/// them.</summary>
public sealed class RowsRefusedException(string message) : Exception(message);
