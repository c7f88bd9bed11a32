using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Diagnostics;
using Npgsql;

namespace MigrationFunctions.PostgreSql;

/// <summary>COPY into a temporary table, then INSERT ... SELECT under the tenant's row-level security. Rows that are
/// there already are overwritten; rows that a constraint refuses are found by halving, on the server, and left
/// out.</summary>
sealed class StagedSink : IRowSink
{
    readonly NpgsqlConnection _connection;
    readonly BatchWork _work;
    readonly StageSql _sql;
    readonly RawCopy _copy;

    StagedSink(NpgsqlConnection connection, BatchWork work, StageSql sql, RawCopy copy) =>
        (_connection, _work, _sql, _copy) = (connection, work, sql, copy);

    public static async Task<IRowSink> OpenAsync(
        NpgsqlConnection connection, BatchWork work, string table, CancellationToken cancellationToken)
    {
        var sql = new StageSql(work, table);
        await connection.ExecuteAsync(new CommandDefinition(sql.Create, cancellationToken: cancellationToken));
        return new StagedSink(connection, work, sql, await RawCopy.BeginAsync(
            connection, StageSql.Stage, work.Layout.CopyColumns, work.Run.Options.CommandTimeoutSeconds,
            cancellationToken));
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
            var staged = await _connection.ExecuteScalarAsync<long>(Command(StageSql.CountStaged, cancellationToken));
            if (staged == 0)
                return new SinkResult(0, []);
            await _connection.ExecuteAsync(Command(_sql.LeaveOutRepeatedKeys, cancellationToken));
            var written = await _connection.ExecuteScalarAsync<long>(Command(_sql.Merge(staged), cancellationToken));
            return new SinkResult(written, await ReadRefusedAsync(cancellationToken));
        }
        catch (Exception e) when (PostgresErrors.IsTargetFailure(e, cancellationToken))
        {
            throw PostgresErrors.OnCommand(e, Place);
        }
    }

    public ValueTask DisposeAsync() => _copy.DisposeAsync();

    async Task<IReadOnlyList<RefusedRow>> ReadRefusedAsync(CancellationToken cancellationToken)
    {
        var reasons = (await _connection.QueryAsync<Refusal>(Command(StageSql.Refusals, cancellationToken))).ToList();
        if (reasons.Count == 0)
            return [];
        using var copied = new MemoryStream();
        await using (var stream = await _connection.BeginRawBinaryCopyAsync(_sql.CopyRefused, cancellationToken))
            await stream.CopyToAsync(copied, cancellationToken);
        return TupleReader.Split(copied.ToArray(), TupleBuffer.Header.Length).Zip(reasons, ToRefused).ToList();
    }

    RefusedRow ToRefused(ReadOnlyMemory<byte> tuple, Refusal refusal) => refusal.SqlState is { } state
        ? new(tuple, refusal.Place, PostgresErrors.RuleOf(state), PostgresErrors.Describe(state, refusal.Place))
        : new(tuple, _work.Layout.Entity.Target.LegacyId, "duplicateKey",
            "The source has this key more than once; the first row was taken.");

    CommandDefinition Command(string sql, CancellationToken cancellationToken) =>
        new(sql, commandTimeout: _work.Run.Options.CommandTimeoutSeconds, cancellationToken: cancellationToken);

    string Place => $"{_work.Slice}, batch {_work.Number}";

    sealed class Refusal
    {
        public string? SqlState { get; init; }
        public string Place { get; init; } = "";
    }
}
