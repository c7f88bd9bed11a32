using System.Data.Common;
using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.SqlServer;

/// <summary>Rows of one statement, streamed; connection and transaction live as long as it does.</summary>
class SourceRows(SqlConnection connection, SqlTransaction? transaction, SqlCommand command, SqlDataReader rows, string place)
    : ISourceRows
{
    public DbDataReader Rows => rows;

    protected string Place => place;

    protected SqlCommand Command => command;

    public Exception Explain(Exception e, CancellationToken cancellationToken) =>
        SqlServerErrors.IsSourceFailure(e, cancellationToken) ? SqlServerErrors.OnCommand(e, place) : e;

    public void Cancel() => command.Cancel();

    public async ValueTask DisposeAsync()
    {
        // No cancel here: a read that failed was cancelled already, and one that came to its end must not meet an
        // attention that races with its last packet.
        await rows.DisposeAsync();
        await command.DisposeAsync();
        if (transaction is not null)
            await transaction.DisposeAsync();
        await connection.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
