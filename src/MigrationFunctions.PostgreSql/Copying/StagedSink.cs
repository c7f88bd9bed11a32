using Dapper;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Reconciling;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Copying;

/// <summary>COPY into a temporary table, then INSERT ... SELECT under the tenant's row-level security. A row that is there
/// already is written over only if this manifest's ledger knows it as its own; others, and rows that a constraint refuses, which
/// are found by halving on the server, are left out.</summary>
sealed class StagedSink : IRowSink
{
    readonly NpgsqlConnection _connection;
    readonly BatchWork _work;
    readonly StageSql _sql;
    readonly RawCopy _copy;
    readonly Guid[] _overwrite;

    StagedSink(NpgsqlConnection connection, BatchWork work, StageSql sql, RawCopy copy, Guid[] overwrite) =>
        (_connection, _work, _sql, _copy, _overwrite) = (connection, work, sql, copy, overwrite);

    /// <param name="overwrite">Ids of rows that are this manifest's own, beside those that it has noted; null for none.</param>
    public static async Task<IRowSink> OpenAsync(
        NpgsqlConnection connection, BatchWork work, string table, CancellationToken cancellationToken,
        IReadOnlyCollection<Guid>? overwrite = null)
    {
        var sql = new StageSql(work, table);
        await connection.ExecuteAsync(new CommandDefinition(sql.Create, cancellationToken: cancellationToken));
        return new StagedSink(connection, work, sql, await RawCopy.BeginAsync(
            connection, StageSql.Stage, work.Layout.CopyColumns, work.Run.Options.CommandTimeoutSeconds,
            cancellationToken), [.. overwrite ?? []]);
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
            await LeaveOutForeignAsync(cancellationToken);
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

    async Task LeaveOutForeignAsync(CancellationToken cancellationToken)
    {
        var slice = _work.Slice;
        await _connection.ExecuteAsync(Command(
            _sql.FindOwn, cancellationToken,
            new { slice.Ledger, slice.Manifest, slice.TenantId, slice.Entity, overwrite = _overwrite }));
        await _connection.ExecuteAsync(Command(_sql.LeaveOutForeign, cancellationToken));
    }

    RefusedRow ToRefused(ReadOnlyMemory<byte> tuple, Refusal refusal) => (refusal.SqlState, refusal.Rule) switch
    {
        ({ } state, _) => new(tuple, refusal.Place, PostgresErrors.RuleOf(state), PostgresErrors.Describe(state, refusal.Place)),
        (_, RejectRules.ForeignRow) => new(
            tuple, _work.Layout.Entity.Target.Id, RejectRules.ForeignRow, RejectRules.ForeignRowReason),
        _ => new(
            tuple, _work.Layout.Entity.Target.LegacyId, RejectRules.DuplicateKey, RejectRules.DuplicateKeyReason),
    };

    CommandDefinition Command(string sql, CancellationToken cancellationToken, object? parameters = null) =>
        new(sql, parameters, commandTimeout: _work.Run.Options.CommandTimeoutSeconds, cancellationToken: cancellationToken);

    string Place => $"{_work.Slice}, batch {_work.Number}";

    sealed class Refusal
    {
        public string? SqlState { get; init; }
        public string Place { get; init; } = "";
        public string? Rule { get; init; }
    }
}
