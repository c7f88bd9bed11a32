using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Copying;

/// <summary>COPY straight into the target table. The fastest way; a refused row ends the whole COPY.</summary>
sealed class DirectSink : IRowSink
{
    readonly NpgsqlConnection _connection;
    readonly BatchWork _work;
    readonly string _table;
    readonly RawCopy _copy;
    readonly long _insertedBefore;

    DirectSink(NpgsqlConnection connection, BatchWork work, string table, long insertedBefore, RawCopy copy) =>
        (_connection, _work, _table, _insertedBefore, _copy) = (connection, work, table, insertedBefore, copy);

    public static async Task<IRowSink> OpenAsync(
        NpgsqlConnection connection, BatchWork work, string table, CancellationToken cancellationToken) =>
        new DirectSink(
            connection, work, table, await CountInsertedAsync(connection, table, cancellationToken),
            await RawCopy.BeginAsync(
                connection, table, work.Layout.CopyColumns, work.Run.Options.CommandTimeoutSeconds, cancellationToken));

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
            var inserted = await CountInsertedAsync(_connection, _table, cancellationToken);
            return new SinkResult(inserted - _insertedBefore, []);
        }
        catch (Exception e) when (PostgresErrors.IsTargetFailure(e, cancellationToken))
        {
            throw Translate(e);
        }
    }

    public ValueTask DisposeAsync() => _copy.DisposeAsync();

    // The raw stream does not hand out the server's count; the session's counter does, for a partitioned table from its
    // partitions. It also counts what earlier transactions of the session inserted and did not report yet.
    static Task<long> CountInsertedAsync(
        NpgsqlConnection connection, string table, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<long>(new CommandDefinition(
            """
            SELECT coalesce(
              (SELECT sum(pg_stat_get_xact_tuples_inserted(relid))::bigint FROM pg_partition_tree(@table::regclass)),
              pg_stat_get_xact_tuples_inserted(@table::regclass))
            """, new { table }, cancellationToken: cancellationToken));

    Exception Translate(Exception e) => e is PostgresException server && PostgresErrors.IsRefusedRow(server)
        ? new RowsRefusedException(PostgresErrors.Describe(server))
        : e is MigrationException ? e : PostgresErrors.OnCommand(e, $"{_work.Slice}, batch {_work.Number}");
}
