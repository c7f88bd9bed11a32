using MigrationFunctions.Core.Auditing;
using MigrationFunctions.PostgreSql.Auditing;
using MigrationFunctions.PostgreSql.Ledger;
using MigrationFunctions.PostgreSql.Scripts;
using MigrationFunctions.PostgreSql.Tests.Support;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Tests;

public sealed class AuditLogTests(TargetServer server) : TargetTest(server)
{
    static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    AuditLog Log => new(Target.Connections);

    [Fact]
    public async Task An_entry_comes_back_as_it_was_written_and_the_chain_is_intact()
    {
        var entry = new AuditEntry("run-1", AuditActions.TenantFinished, "O'Hara \"x\" é", At)
        {
            Tenant = "7", Detail = "line\nbreak", Outcome = "completed",
            Counts = new Dictionary<string, long> { ["source"] = 3, ["migrated"] = 2, ["rejected"] = 1 },
        };
        await Log.WriteAsync(entry, Cancel);
        await Log.WriteAsync(new AuditEntry("run-2", "start", "operator", At), Cancel);

        var line = Assert.Single(await Log.ListAsync("run-1", 0, 10, Cancel));
        Assert.Equivalent(entry, line.Entry, strict: true);
        var verdict = await Log.VerifyAsync(Cancel);
        Assert.Equal((true, 2L, null), (verdict.IsIntact, verdict.Entries, verdict.Problem));
        Assert.Equal((await Log.ListAsync(null, 1, 10, Cancel)).Single().Hash, verdict.Head);
    }

    [Fact]
    public async Task Writers_at_the_same_time_make_one_chain_without_gaps()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(
            n => Log.WriteAsync(new AuditEntry($"run-{n % 4}", "start", "operator", At), Cancel)));

        Assert.Equal(Enumerable.Range(1, 40).Select(n => (long)n), (await Log.ListAsync(null, 0, 100, Cancel)).Select(l => l.Number));
        Assert.True((await Log.VerifyAsync(Cancel)).IsIntact);
    }

    [Fact]
    public async Task What_a_repeated_activity_says_again_stands_once()
    {
        var entry = new AuditEntry("run-1", AuditActions.TenantFinished, Actors.System, At) { Tenant = "7" };
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Log.WriteOnceAsync(entry, Cancel)));
        await Log.WriteOnceAsync(entry with { Tenant = "8" }, Cancel);
        await Log.WriteOnceAsync(entry with { Action = AuditActions.Finished, Tenant = null }, Cancel);
        await Log.WriteOnceAsync(entry with { Action = AuditActions.Finished, Tenant = null }, Cancel);

        Assert.Equal(["7", "8", null], (await Log.ListAsync("run-1", 0, 100, Cancel)).Select(l => l.Entry.Tenant));
    }

    [Theory]
    [InlineData("UPDATE migration.audit_log SET actor = 'nobody'")]
    [InlineData("DELETE FROM migration.audit_log")]
    [InlineData("TRUNCATE migration.audit_log")]
    public async Task Nobody_changes_an_entry_by_plain_SQL(string sql)
    {
        await WriteAsync(3);

        var refused = await Assert.ThrowsAsync<PostgresException>(() => Target.ExecuteAsync(sql));

        Assert.Contains("append-only", refused.MessageText, StringComparison.Ordinal);
        Assert.Equal(3, (await Log.VerifyAsync(Cancel)).Entries);
    }

    [Fact]
    public async Task The_role_that_copies_rows_has_no_say_in_the_log()
    {
        await using var direct = await Target.Connections.OpenAsync(Target.Connections.Direct, Cancel);
        await using var command = new NpgsqlCommand("SELECT * FROM migration.audit_log", direct);

        Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancel))).SqlState);
    }

    [Theory]
    [InlineData("UPDATE migration.audit_log SET actor = 'nobody' WHERE audit_id = 3", 3, "was changed")]
    [InlineData("UPDATE migration.audit_log SET at = at + interval '1 microsecond' WHERE audit_id = 1", 1, "was changed")]
    [InlineData("UPDATE migration.audit_log SET counts = '{\"source\": 1}' WHERE audit_id = 5", 5, "was changed")]
    [InlineData("UPDATE migration.audit_log SET hash = sha256(hash) WHERE audit_id = 2", 2, "was changed")]
    [InlineData("DELETE FROM migration.audit_log WHERE audit_id = 1", 1, "missing")]
    [InlineData("DELETE FROM migration.audit_log WHERE audit_id = 3", 3, "missing")]
    [InlineData("DELETE FROM migration.audit_log WHERE audit_id = 5", 5, "5 were written")]
    [InlineData("DELETE FROM migration.audit_log", 1, "5 were written")]
    [InlineData(
        """
        INSERT INTO migration.audit_log (audit_id, run_id, action, at, actor, previous, hash)
        SELECT 6, run_id, action, at, actor, hash, sha256(hash) FROM migration.audit_log WHERE audit_id = 5
        """, 6, "was changed")]
    [InlineData(
        """
        UPDATE migration.audit_log SET audit_id = audit_id + 100 WHERE audit_id IN (2, 3);
        UPDATE migration.audit_log SET audit_id = 105 - audit_id WHERE audit_id > 100
        """, 2, "does not follow")]
    public async Task What_its_owner_does_to_the_log_behind_its_back_is_found(string sql, long broken, string problem)
    {
        await WriteAsync(5);

        await Target.ExecuteAsync(
            $"ALTER TABLE migration.audit_log DISABLE TRIGGER ALL; {sql}; ALTER TABLE migration.audit_log ENABLE TRIGGER ALL");

        var verdict = await Log.VerifyAsync(Cancel);
        Assert.Equal((false, broken), (verdict.IsIntact, verdict.FirstBroken));
        Assert.Contains(problem, verdict.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_of_a_finished_run_that_was_changed_afterwards_is_found()
    {
        var migration = new Migration(Target, Legacy.With(students: 3).Source);
        foreach (var batch in await migration.PlanAsync("school"))
            await migration.CopyAsync(batch);
        var digest = await Log.GetLedgerDigestAsync(migration.Run.RunId, Cancel);
        await Log.WriteAsync(
            new AuditEntry(migration.Run.RunId, AuditActions.Finished, Actors.System, At) { Outcome = "completed", Detail = digest },
            Cancel);
        Assert.True((await Log.VerifyAsync(Cancel)).IsIntact);

        await Target.ExecuteAsync("UPDATE migration.batch_state SET digest = overlay(digest PLACING 'ff' FROM 1)");

        var verdict = await Log.VerifyAsync(Cancel);
        Assert.False(verdict.IsIntact);
        Assert.Contains(migration.Run.RunId, verdict.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_from_before_the_chain_are_put_on_it()
    {
        await Target.ExecuteAsync(
            """
            DROP SCHEMA migration CASCADE; CREATE SCHEMA migration AUTHORIZATION migration_writer
            """);
        await using (var before = Target.Connect())
        {
            await new PostgresRunStore(before, new MigrationSchema(before)).EnsureSchemaAsync(Cancel);
        }
        await Target.ExecuteAsync(
            """
            DROP TABLE migration.audit_log CASCADE; DROP TABLE migration.audit_head;
            DROP FUNCTION migration.audit_append(); DROP FUNCTION migration.audit_refuse();
            CREATE TABLE migration.audit_log (
              audit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run_id text NOT NULL, action text NOT NULL, detail text,
              at timestamptz NOT NULL);
            ALTER TABLE migration.audit_log OWNER TO migration_writer;
            INSERT INTO migration.audit_log (run_id, action, at) SELECT 'run-' || n, 'start', '2026-01-02Z' FROM generate_series(1, 3) AS n;
            DELETE FROM migration.schema_version WHERE scriptname LIKE '%0008%'
            """);

        await using (var after = Target.Connect())
            await new PostgresRunStore(after, new MigrationSchema(after)).EnsureSchemaAsync(Cancel);

        Assert.Equal(["run-1", "run-2", "run-3"], (await Log.ListAsync(null, 0, 10, Cancel)).Select(l => l.Entry.Subject));
        Assert.True((await Log.VerifyAsync(Cancel)).IsIntact);
    }

    async Task WriteAsync(int entries)
    {
        for (var n = 1; n <= entries; n++)
            await Log.WriteAsync(new AuditEntry($"run-{n}", "start", "operator", At.AddSeconds(n)), Cancel);
    }
}
