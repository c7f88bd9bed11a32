using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.SqlServer;

/// <summary>The rows of one batch.</summary>
sealed class SourceBatch(
    SqlConnection connection, SqlTransaction? transaction, SqlCommand command, SqlDataReader rows,
    SourceSlice slice, BatchRange range, int timeoutSeconds)
    : SourceRows(
        connection, transaction, command, rows, $"{slice.Table.Name} tenant {slice.TenantKey}, batch {range.Number}"), ISourceBatch
{
    public async Task<long> RecountAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Rows.DisposeAsync();
            await using var count = SourceSql.CountRange(Command.Connection, slice, range);
            count.Transaction = Command.Transaction;
            count.CommandTimeout = timeoutSeconds;
            return Statement.Count(count, Place, cancellationToken);
        }
        catch (Exception e) when (SqlServerErrors.IsSourceFailure(e, cancellationToken))
        {
            throw SqlServerErrors.OnCommand(e, Place);
        }
    }
}
