using System.Data.Common;
using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.SqlServer;

/// <summary>The rows of one batch, streamed; connection and transaction live as long as it does.</summary>
sealed class SourceBatch(
    SqlConnection connection, SqlTransaction? transaction, SqlCommand command, SqlDataReader rows,
    SourceSlice slice, BatchRange range, int timeoutSeconds) : ISourceBatch
{
    public DbDataReader Rows => rows;

    public Exception Explain(Exception e, CancellationToken cancellationToken) =>
        SqlServerErrors.IsSourceFailure(e, cancellationToken) ? SqlServerErrors.OnCommand(e, Place) : e;

    public async Task<long> RecountAsync(CancellationToken cancellationToken)
    {
        try
        {
            await rows.DisposeAsync();
            await using var count = SourceSql.CountRange(connection, slice, range);
            count.Transaction = transaction;
            count.CommandTimeout = timeoutSeconds;
            return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
        }
        catch (Exception e) when (SqlServerErrors.IsSourceFailure(e, cancellationToken))
        {
            throw SqlServerErrors.OnCommand(e, Place);
        }
    }

    public void Cancel() => command.Cancel();

    public async ValueTask DisposeAsync()
    {
        // No cancel here: a batch that failed was cancelled already, and one that was read to its end must not meet an
        // attention that races with its last packet.
        await rows.DisposeAsync();
        await command.DisposeAsync();
        if (transaction is not null)
            await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    string Place => $"{slice.Table.Name} tenant {slice.TenantKey}, batch {range.Number}";
}
