using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.PostgreSql.Connections;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Auditing;

/// <summary>The one way into and out of <c>migration.audit_log</c>.</summary>
public sealed class AuditLog(PostgresConnections connections) : IAuditLog
{
    const int HashBytes = 32;

    public Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        RunAsync(connection => WriteAsync(connection, entry, cancellationToken), cancellationToken);

    public Task WriteOnceAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        WriteOnceAsync(entry, "", cancellationToken);

    public Task WriteOncePerDetailAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        WriteOnceAsync(entry, "AND detail IS NOT DISTINCT FROM @Detail", cancellationToken);

    Task WriteOnceAsync(AuditEntry entry, string condition, CancellationToken cancellationToken) =>
        RunAsync(async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                "SELECT 1 FROM migration.audit_head FOR UPDATE", cancellationToken: cancellationToken));
            var isKnown = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                $"""
                SELECT EXISTS (SELECT 1 FROM migration.audit_log
                WHERE run_id = @Subject AND action = @Action AND tenant IS NOT DISTINCT FROM @Tenant {condition})
                """, new { entry.Subject, entry.Action, entry.Tenant, entry.Detail }, cancellationToken: cancellationToken));
            if (!isKnown)
                await WriteAsync(connection, entry, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return 0;
        }, cancellationToken);

    public Task<AuditHead> GetHeadAsync(CancellationToken cancellationToken) =>
        RunAsync(connection => HeadAsync(connection, cancellationToken), cancellationToken);

    public Task<string> GetLedgerDigestAsync(string runId, CancellationToken cancellationToken) =>
        RunAsync(connection => DigestAsync(connection, runId, cancellationToken), cancellationToken);

    /// <summary>Appends within the caller's transaction.</summary>
    internal static Task<int> WriteAsync(
        NpgsqlConnection connection, AuditEntry entry, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            """
            INSERT INTO migration.audit_log (audit_id, run_id, action, detail, at, actor, tenant, counts, outcome)
            VALUES (0, @Subject, @Action, @Detail, @At, @Actor, @Tenant, @Counts::jsonb, @Outcome)
            """,
            new
            {
                entry.Subject, entry.Action, entry.Detail, At = entry.At.UtcDateTime, entry.Actor, entry.Tenant,
                Counts = entry.Counts is null ? null : JsonSerializer.Serialize(entry.Counts), entry.Outcome,
            }, cancellationToken: cancellationToken));

    public Task<IReadOnlyList<AuditLine>> ListAsync(
        string? subject, long afterNumber, int count, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<AuditLine>>(async connection =>
            [.. (await connection.QueryAsync<Row>(new CommandDefinition(
                """
                SELECT audit_id AS Number, run_id AS Subject, action AS Action, detail AS Detail, at AS At, actor AS Actor,
                       tenant AS Tenant, counts AS Counts, outcome AS Outcome, encode(hash, 'hex') AS Hash
                FROM migration.audit_log
                WHERE audit_id > @afterNumber AND (@subject::text IS NULL OR run_id = @subject) ORDER BY audit_id LIMIT @count
                """, new { subject, afterNumber, count }, cancellationToken: cancellationToken))).Select(r => r.ToLine())],
            cancellationToken);

    public Task<AuditVerdict> VerifyAsync(CancellationToken cancellationToken) =>
        RunAsync(async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(
                System.Data.IsolationLevel.RepeatableRead, cancellationToken);
            var head = await HeadAsync(connection, cancellationToken);
            var chain = await FollowAsync(connection, cancellationToken);
            if (chain.FirstBroken is not null)
                return chain;
            if (new AuditHead(chain.Entries, chain.Head) != head)
                return chain with
                {
                    IsIntact = false, FirstBroken = chain.Entries + 1,
                    Problem = $"The log ends after entry {chain.Entries}, but {head.Entries} were written.",
                };
            return await FindChangedRunAsync(connection, cancellationToken) is { } run
                ? chain with { IsIntact = false, Problem = $"The batches of run {run} are not those that it ended with." }
                : chain;
        }, cancellationToken);

    static async Task<string> DigestAsync(
        NpgsqlConnection connection, string runId, CancellationToken cancellationToken)
    {
        var digest = new BatchDigest();
        await foreach (var batch in connection.QueryUnbufferedAsync<string>(
            "SELECT digest FROM migration.batch_state WHERE run_id = @runId AND state = 'done'", new { runId })
            .WithCancellation(cancellationToken))
            digest.Add(BatchDigest.Parse(batch));
        return digest.Value;
    }

    static async Task<AuditHead> HeadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (entries, hash) = await connection.QuerySingleAsync<(long, byte[])>(new CommandDefinition(
            "SELECT entries, hash FROM migration.audit_head", cancellationToken: cancellationToken));
        return new AuditHead(entries, Convert.ToHexStringLower(hash));
    }

    static async Task<AuditVerdict> FollowAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (number, hash) = (0L, new byte[HashBytes]);
        await foreach (var row in connection.QueryUnbufferedAsync<(long Number, byte[] Previous, byte[] Hash, string Text)>(
            "SELECT audit_id, previous, hash, migration.audit_text(a) FROM migration.audit_log AS a ORDER BY audit_id")
            .WithCancellation(cancellationToken))
        {
            var expected = SHA256.HashData([.. hash, .. Encoding.UTF8.GetBytes(row.Text)]);
            var problem = row.Number != number + 1 ? $"Entry {number + 1} is missing."
                : !row.Previous.AsSpan().SequenceEqual(hash) ? $"Entry {row.Number} does not follow from the one before it."
                : !row.Hash.AsSpan().SequenceEqual(expected) ? $"Entry {row.Number} was changed after it was written."
                : null;
            if (problem is not null)
                return new AuditVerdict(false, number, Convert.ToHexStringLower(hash), number + 1, problem);
            (number, hash) = (row.Number, expected);
        }
        return new AuditVerdict(true, number, Convert.ToHexStringLower(hash), null, null);
    }

    static async Task<string?> FindChangedRunAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var finished = await connection.QueryAsync<(string Run, string Digest)>(new CommandDefinition(
            """
            SELECT run_id, detail FROM migration.audit_log WHERE action = @action AND outcome IN ('completed', 'completedWithRejects') ORDER BY audit_id
            """, new { action = AuditActions.Finished }, cancellationToken: cancellationToken));
        foreach (var (run, digest) in finished)
            if (await DigestAsync(connection, run, cancellationToken) != digest)
                return run;
        return null;
    }

    Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken) =>
        connections.RunAsync("migration.audit_log", work, cancellationToken);

    sealed class Row
    {
        public long Number { get; init; }
        public string Subject { get; init; } = "";
        public string Action { get; init; } = "";
        public string? Detail { get; init; }
        public DateTime At { get; init; }
        public string Actor { get; init; } = "";
        public string? Tenant { get; init; }
        public string? Counts { get; init; }
        public string? Outcome { get; init; }
        public string Hash { get; init; } = "";

        public AuditLine ToLine() => new(
            Number, new AuditEntry(Subject, Action, Actor, At)
            {
                Detail = Detail, Tenant = Tenant, Outcome = Outcome,
                Counts = Counts is null ? null : JsonSerializer.Deserialize<Dictionary<string, long>>(Counts),
            }, Hash);
    }
}
