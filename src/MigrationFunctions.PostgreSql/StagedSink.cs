using Dapper;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Diagnostics;
using Npgsql;

namespace MigrationFunctions.PostgreSql;

/// <summary>COPY into a temporary table, then INSERT ... SELECT under the tenant's row-level security. Rows that are
/// there already are overwritten; rows that a constraint refuses are found by halving and left out.</summary>
sealed class StagedSink : IRowSink
{
    const string Stage = "pg_temp.migration_stage";
    readonly NpgsqlConnection _connection;
    readonly BatchWork _work;
    readonly RawCopy _copy;
    readonly string _insert;
    readonly List<RejectedRow> _refused = [];
    readonly List<long> _refusedRows = [];
    List<long> _repeated = [];

    StagedSink(NpgsqlConnection connection, BatchWork work, string insert, RawCopy copy) =>
        (_connection, _work, _insert, _copy) = (connection, work, insert, copy);

    public static async Task<IRowSink> OpenAsync(
        NpgsqlConnection connection, BatchWork work, string table, CancellationToken cancellationToken)
    {
        var columns = work.Layout.CopyColumns;
        await using (var create = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"CREATE TEMP TABLE migration_stage ON COMMIT DROP AS SELECT {Identifier.List(columns)} FROM {table} WITH NO DATA"),
                new("ALTER TABLE pg_temp.migration_stage ADD COLUMN stage_row_no bigint GENERATED ALWAYS AS IDENTITY"),
            },
        })
            await create.ExecuteNonQueryAsync(cancellationToken);
        return new StagedSink(
            connection, work, InsertSql(work, table),
            await RawCopy.BeginAsync(connection, Stage, columns, cancellationToken));
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> tuples, CancellationToken cancellationToken)
    {
        try
        {
            await _copy.WriteAsync(tuples, cancellationToken);
        }
        catch (Exception e) when (PostgresErrors.IsTargetFailure(e, cancellationToken))
        {
            throw PostgresErrors.OnCommand(e, Place);
        }
    }

    public async Task<SinkResult> CompleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _copy.CompleteAsync(cancellationToken);
            FaultPoint.Pass("target.staged");
            await LeaveOutRepeatedKeysAsync(cancellationToken);
            var rows = await ExecuteScalarAsync<long?>($"SELECT max(stage_row_no) FROM {Stage}", cancellationToken) ?? 0;
            var written = rows == 0 ? 0 : await InsertAsync(1, rows, cancellationToken);
            var tuples = await RefusedTuples.ReadAsync(
                _connection, Stage, _work.Layout.CopyColumns, _refusedRows, cancellationToken);
            return new SinkResult(written, _refused, tuples);
        }
        catch (Exception e) when (PostgresErrors.IsTargetFailure(e, cancellationToken))
        {
            throw PostgresErrors.OnCommand(e, Place);
        }
    }

    public ValueTask DisposeAsync() => _copy.DisposeAsync();

    /// <summary>Inserts the rows numbered from..to; on a refusal each half by itself, down to single rows.</summary>
    async Task<long> InsertAsync(long from, long to, CancellationToken cancellationToken)
    {
        await ExecuteAsync("SAVEPOINT stage_range", cancellationToken);
        try
        {
            var written = await _connection.ExecuteAsync(new CommandDefinition(
                _insert, new { from, to, leftOut = _repeated }, commandTimeout: _work.Run.Options.CommandTimeoutSeconds,
                cancellationToken: cancellationToken));
            await ExecuteAsync("RELEASE SAVEPOINT stage_range", cancellationToken);
            return written;
        }
        catch (PostgresException e) when (PostgresErrors.IsRefusedRow(e))
        {
            await ExecuteAsync("ROLLBACK TO SAVEPOINT stage_range; RELEASE SAVEPOINT stage_range", cancellationToken);
            if (from < to)
            {
                var middle = from + (to - from) / 2;
                return await InsertAsync(from, middle, cancellationToken) + await InsertAsync(middle + 1, to, cancellationToken);
            }
            await RefuseAsync([from], PostgresErrors.RuleOf(e), e.ColumnName ?? e.ConstraintName ?? "",
                PostgresErrors.Describe(e), cancellationToken);
            return 0;
        }
    }

    // INSERT ... ON CONFLICT cannot meet the same key twice in one statement, and the second row must not silently
    // replace the first.
    async Task LeaveOutRepeatedKeysAsync(CancellationToken cancellationToken)
    {
        var id = Identifier.Quote(_work.Layout.Entity.Target.Id);
        _repeated = (await _connection.QueryAsync<long>(new CommandDefinition(
            $"""
            SELECT stage_row_no FROM (
              SELECT stage_row_no, row_number() OVER (PARTITION BY {id} ORDER BY stage_row_no) AS nth FROM {Stage}) AS numbered
            WHERE nth > 1
            """, cancellationToken: cancellationToken))).ToList();
        if (_repeated.Count > 0)
            await RefuseAsync(_repeated, "duplicateKey", _work.Layout.Entity.Target.LegacyId,
                "The source has this key more than once; the first row was taken.", cancellationToken);
    }

    async Task RefuseAsync(
        List<long> rows, string rule, string column, string reason, CancellationToken cancellationToken)
    {
        var keys = await _connection.QueryAsync<string>(new CommandDefinition(
            $"SELECT {Identifier.Quote(_work.Layout.Entity.Target.LegacyId)}::text FROM {Stage} WHERE stage_row_no = ANY(@rows)",
            new { rows }, cancellationToken: cancellationToken));
        _refused.AddRange(keys.Select(key => new RejectedRow(key, column, rule, reason)));
        _refusedRows.AddRange(rows);
    }

    static string InsertSql(BatchWork work, string table)
    {
        var columns = work.Layout.CopyColumns;
        var target = work.Layout.Entity.Target;
        var updates = columns.Where(c => c != target.Id && c != target.Tenant)
            .Select(c => $"{Identifier.Quote(c)} = EXCLUDED.{Identifier.Quote(c)}");
        return $"""
            INSERT INTO {table} ({Identifier.List(columns)})
            SELECT {Identifier.List(columns)} FROM {Stage} WHERE stage_row_no BETWEEN @from AND @to AND stage_row_no <> ALL(@leftOut) ORDER BY stage_row_no
            ON CONFLICT ({Identifier.List(work.Entity.TargetTable.PrimaryKey)}) DO UPDATE SET {string.Join(", ", updates)}
            """;
    }

    Task ExecuteAsync(string sql, CancellationToken cancellationToken) =>
        _connection.ExecuteAsync(new CommandDefinition(sql, cancellationToken: cancellationToken));

    Task<T?> ExecuteScalarAsync<T>(string sql, CancellationToken cancellationToken) =>
        _connection.ExecuteScalarAsync<T>(new CommandDefinition(sql, cancellationToken: cancellationToken));

    string Place => $"{_work.Slice}, batch {_work.Number}";
}
