using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using Npgsql;

namespace MigrationFunctions.PostgreSql;

/// <summary>COPY straight into the target table. The fastest way; a refused row ends the whole COPY.</summary>
sealed class DirectSink : IRowSink
{
    readonly NpgsqlConnection _connection;
    readonly BatchWork _work;
    readonly string _table;
    readonly RawCopy _copy;

    DirectSink(NpgsqlConnection connection, BatchWork work, string table, RawCopy copy) =>
        (_connection, _work, _table, _copy) = (connection, work, table, copy);

    public static async Task<IRowSink> OpenAsync(
        NpgsqlConnection connection, BatchWork work, string table, CancellationToken cancellationToken) =>
        new DirectSink(
            connection, work, table,
            await RawCopy.BeginAsync(connection, table, work.Layout.CopyColumns, cancellationToken));

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> tuples, CancellationToken cancellationToken)
    {
        try
        {
            await _copy.WriteAsync(tuples, cancellationToken);
        }
        catch (Exception e) when (PostgresErrors.IsTargetFailure(e, cancellationToken))
        {
            throw Translate(e);
        }
    }

    public async Task<SinkResult> CompleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _copy.CompleteAsync(cancellationToken);
            // The raw stream does not hand out the server's count; the transaction's own counter does, for a
            // partitioned table from its partitions.
            var rows = await _connection.ExecuteScalarAsync<long>(new CommandDefinition(
                "SELECT sum(pg_stat_get_xact_tuples_inserted(relid))::bigint FROM pg_partition_tree(@table::regclass)",
                new { table = _table }, cancellationToken: cancellationToken));
            return new SinkResult(rows, [], []);
        }
        catch (Exception e) when (PostgresErrors.IsTargetFailure(e, cancellationToken))
        {
            throw Translate(e);
        }
    }

    public ValueTask DisposeAsync() => _copy.DisposeAsync();

    Exception Translate(Exception e) => e is PostgresException server && PostgresErrors.IsRefusedRow(server)
        ? new RowsRefusedException(PostgresErrors.Describe(server), e)
        : e is MigrationException ? e : PostgresErrors.OnCommand(e, $"{_work.Slice}, batch {_work.Number}");
}
