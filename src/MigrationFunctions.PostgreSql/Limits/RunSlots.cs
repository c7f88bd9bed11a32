using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Limits;

/// <summary>Slots as migration.take_slots gives them: to the transaction that asks, until it ends.</summary>
static class RunSlots
{
    /// <returns>The kind that was not free, or null when all that was asked for is taken. What was taken in vain goes with
    /// the transaction.</returns>
    public static async Task<SlotKind?> TakeAsync(
        NpgsqlConnection connection, string runId, bool reader, bool writer, CancellationToken cancellationToken) =>
        await connection.ExecuteScalarAsync<string?>(new CommandDefinition(
            "SELECT migration.take_slots(@runId, @reader, @writer)", new { runId, reader, writer },
            cancellationToken: cancellationToken)) switch
        {
            null => null,
            "writer" => SlotKind.Writer,
            _ => SlotKind.Reader,
        };

    /// <summary>Takes a reader's slot of every run that has not ended.</summary>
    /// <returns>False when one has none to spare.</returns>
    public static Task<bool> TakeReaderOfAllAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT count(migration.take_slots(run_id, true, false)) = 0 FROM migration.run WHERE finished_at IS NULL",
            cancellationToken: cancellationToken));
}

/// <summary>A slot that is held by a transaction of its own, for work that writes nothing.</summary>
sealed class SlotLease(NpgsqlConnection connection, NpgsqlTransaction transaction) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
        }
        catch (Exception e) when (PostgresErrors.IsTargetFailure(e, CancellationToken.None))
        {
            // The session is gone, and the slot with it: that is all that was wanted.
        }
        await connection.DisposeAsync();
    }
}
