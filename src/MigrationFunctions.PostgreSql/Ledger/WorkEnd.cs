using System.Text.Json;
using Dapper;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Ledger;

/// <summary>How runs and repairs end, within a transaction: when nothing of them is in flight any more, once, and for
/// good.</summary>
static class WorkEnd
{
    /// <summary>Longer than the time-out of any statement of a batch.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // Somebody waits for the answer of a start.
    static readonly TimeSpan PatienceOfSuccessor = TimeSpan.FromSeconds(5);

    public static async Task RecordAsync(
        NpgsqlConnection connection, string runId, string state, string? failure, DateTimeOffset at, TimeSpan patience,
        CancellationToken cancellationToken)
    {
        await WorkFence.CloseAsync(connection, runId, patience, cancellationToken);
        var account = await RunProgressQuery.ReadAccountAsync(connection, runId, cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE migration.run
            SET state = coalesce(ending, @state), failure = CASE WHEN ending IS NULL THEN @failure ELSE failure END,
                finished_at = @at, account = @account
            WHERE run_id = @runId AND finished_at IS NULL;
            UPDATE migration.run_tenant AS t SET state = r.state, failure = coalesce(t.failure, r.failure)
            FROM migration.run AS r
            WHERE t.run_id = @runId AND r.run_id = t.run_id AND t.state IN (@pending, @running)
              AND r.state IN (@failed, @terminated);
            DELETE FROM migration.tenant_lock WHERE run_id = @runId;
            DELETE FROM migration.dry_run_id WHERE ledger = 'dryRun/' || @runId
            """,
            new
            {
                runId, state, failure, at = at.UtcDateTime,
                account = account is null ? null : JsonSerializer.Serialize(account),
                pending = States.Pending, running = States.Running, failed = States.Failed, terminated = States.Terminated,
            }, cancellationToken: cancellationToken));
    }

    /// <summary>Ends a run or a repair that nothing executes any more, for one that takes its tenants over.</summary>
    /// <returns>False, with the transaction spoilt, when something of it is still in flight.</returns>
    public static async Task<bool> TryTakeOverAsync(
        NpgsqlConnection connection, string lost, string successor, CancellationToken cancellationToken)
    {
        var failure = new Problem(
            ErrorCodes.RunTakenOver, lost, $"Nothing executed it any more when {successor} took its tenants over.",
            $"Look at {successor}: it goes on from the ledger.").ToString();
        var at = DateTimeOffset.UtcNow;
        try
        {
            await RecordAsync(connection, lost, States.Failed, failure, at, PatienceOfSuccessor, cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }
        await connection.ExecuteAsync(new CommandDefinition(
            """
            UPDATE migration.repair SET state = 'failed', failure = @failure, finished_at = now()
            WHERE repair_id = @lost AND finished_at IS NULL
            """, new { lost, failure }, cancellationToken: cancellationToken));
        return true;
    }
}
