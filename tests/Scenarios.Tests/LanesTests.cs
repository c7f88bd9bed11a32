using System.Net;
using Microsoft.Data.Sqlite;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>What bounds a run: readers and writers of the whole run, blackouts, changes by an operator while it goes on, and
/// the length of every orchestration's history.</summary>
public sealed class LanesTests(TargetServer server)
{
    static readonly string[] EveryDay =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    [Fact]
    public async Task No_more_batches_write_at_a_time_than_the_run_may_have_writers()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        await scenario.Target.ExecuteAsync(WorkLog.Script);
        var api = await scenario.HostAsync();

        var status = await api.EndAsync(await api.StartAsync(Request(writers: 3)));

        Assert.True(status.IsConserved, Api.ToJson(status));
        Assert.Equal(3, await WorkLog.MostAtOnceAsync(scenario.Target));
        await scenario.Target.AssertAppliedOnceAsync();
    }

    [Fact]
    public async Task An_operator_changes_the_limits_of_a_run_that_goes_on()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        await scenario.Target.ExecuteAsync(WorkLog.Script);
        var api = await scenario.HostAsync();
        var runId = await api.StartAsync(Request(writers: 4));
        await scenario.Target.UntilAsync("SELECT count(*) > 3 FROM migration.batch_state WHERE state = 'done'");

        var refused = await api.PatchAsync(
            $"migrations/{runId}", new { targetWriters = 0, throttle = new { minimum = 99 }, batchWindow = 33 });
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(Enumerable.Repeat(ErrorCodes.OptionOutOfRange, 3), refused.Codes);
        var adjusted = await api.PatchAsync($"migrations/{runId}", new { targetWriters = 1, rejectLimit = 999 });
        Assert.True(adjusted.Status == HttpStatusCode.OK, $"{adjusted}");
        var limits = adjusted.Json.GetProperty("limits");
        Assert.Equal(
            (1, 999, 4), (
                limits.GetProperty("targetWriters").GetInt32(), limits.GetProperty("rejectLimit").GetInt32(),
                limits.GetProperty("sourceReaders").GetInt32()));
        await scenario.Target.ExecuteAsync("CREATE TABLE applied.adjusted AS SELECT clock_timestamp() AS at");
        var throttle = (await api.StatusAsync(runId)).Throttle!;
        Assert.Equal((1, 1), (throttle.Window, throttle.Limit));

        var status = await api.EndAsync(runId);
        Assert.True(status.IsConserved, Api.ToJson(status));
        // Those that were writing when the limit came down end; from then on there is one at a time.
        const string Drained =
            "(SELECT greatest(max(w.ended), max(p.at)) FROM applied.adjusted AS p LEFT JOIN applied.work AS w "
            + "ON w.began <= p.at AND w.ended > p.at)";
        Assert.Equal(1, await WorkLog.MostAtOnceAsync(scenario.Target, Drained));
        Assert.Equal(
            """{"targetWriters":1,"rejectLimit":999}""",
            await scenario.Target.QueryAsync<string>("SELECT detail FROM migration.audit_log WHERE action = 'adjust'"));
        var ended = await api.PatchAsync($"migrations/{runId}", new { targetWriters = 2 });
        Assert.Equal((HttpStatusCode.Conflict, ErrorCodes.RunNotSteerable), (ended.Status, ended.Codes.Single()));
        Assert.Equal(HttpStatusCode.NotFound, (await api.PatchAsync("migrations/nobody", new { })).Status);
    }

    [Fact]
    public async Task During_a_blackout_nothing_is_read_or_written_and_lifting_it_lets_the_run_go_on_at_once()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        var now = DateTime.UtcNow;
        string[] today = [Day(now), Day(now.AddDays(1))];
        var runId = await api.StartAsync(new
        {
            manifest = "school-district", mode = "full",
            options = new
            {
                batchSize = 100,
                blackouts = new[] { new { days = today, from = "00:00", to = "24:00", timeZone = "UTC" } },
            },
        });
        await api.UntilAsync(runId, s => s.Tenants.Count(t => t.Status == States.Running) == 2, "works on two tenants");
        // A whole other run goes from start to end meanwhile: time enough for a batch that should not be.
        await api.EndAsync(
            await api.StartAsync(new { manifest = "school-district", mode = "dryRun", tenants = new[] { "3" } }));
        Assert.Equal(0, await scenario.Target.QueryAsync<long>(
            "SELECT count(*) FROM migration.batch_state WHERE ledger = 'full'"));

        string[] later = [Day(now.AddDays(4))];
        var lifted = await api.PatchAsync(
            $"migrations/{runId}", new { blackouts = new[] { new { days = later, from = "07:00", to = "16:00" } } });
        Assert.True(lifted.Status == HttpStatusCode.OK, $"{lifted}");
        await Killing.AssertAsUndisturbedAsync(scenario, await api.EndAsync(runId), expected);
    }

    [Fact]
    public async Task A_blackout_that_never_ends_is_refused()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();

        var answer = await api.PostAsync("migrations", new
        {
            manifest = "school-district",
            options = new { blackouts = new[] { new { days = EveryDay, from = "00:00", to = "24:00" } } },
        });

        Assert.Equal((HttpStatusCode.BadRequest, ErrorCodes.BlackoutWithoutEnd), (answer.Status, answer.Codes.Single()));
    }

    [Fact]
    public async Task With_many_small_batches_no_orchestration_has_500_events()
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();
        await using var hub = new SqliteConnection($"Data Source={Path.Combine(scenario.HubFolder, "history.db")}");
        await hub.OpenAsync(TestContext.Current.CancellationToken);
        // A continue-as-new takes the history away, so its length is noted as it grows, the two markers of each turn included.
        Execute(hub,
            """
            CREATE TABLE longest (id TEXT PRIMARY KEY, events INTEGER);
            CREATE TRIGGER note AFTER INSERT ON history BEGIN
              INSERT INTO longest VALUES (NEW.instance_id, NEW.position + 1)
              ON CONFLICT DO UPDATE SET events = max(events, excluded.events);
            END;
            """);

        var status = await api.EndAsync(await api.StartAsync(new
        {
            manifest = "school-district", mode = "full", tenants = new[] { "1" },
            entities = new[] { "district", "school", "student" },
            options = new { batchSize = 1, batchWindow = 8, targetWriters = 2 },
        }));

        Assert.True(status.IsConserved, Api.ToJson(status));
        var batches = status.Tenants.Single().Entities.Single(e => e.Entity == "student").Batches;
        Assert.True(batches > 200, $"{batches} batches prove nothing.");
        using var longest = hub.CreateCommand();
        longest.CommandText = "SELECT max(events) FROM longest";
        Assert.InRange((long)longest.ExecuteScalar()!, 200, 500);
    }

    [Fact]
    public async Task Batches_that_the_server_lost_after_they_were_done_are_done_again()
    {
        var expected = await server.Undisturbed.TracesAsync(Schools.Small, Schools.Request);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, Schools.Small);
        var held = scenario.Source.Faults.HoldRows(contains: "[Gpa]", occurrence: 3);
        var api = await scenario.HostAsync();
        var runId = await api.StartAsync(new
        {
            manifest = "school-district", mode = "full",
            options = new { batchSize = 100, batchWindow = 1, tenantWindow = 1 },
        });
        await held.Reached.WaitAsync(Api.Limit);

        // As a crash of a server that had not flushed leaves it: rows and record gone together.
        await scenario.Target.ExecuteAsync(
            """
            CREATE TABLE applied.lost AS SELECT * FROM migration.batch_state
            WHERE entity = 'student' AND batch_no = 1 AND state = 'done';
            DELETE FROM school.student AS s USING applied.lost AS l WHERE s.tenant_id = l.tenant_id AND s.legacy_id IN (
              SELECT legacy_id FROM school.student WHERE tenant_id = l.tenant_id ORDER BY legacy_id LIMIT l.rows_written);
            DELETE FROM migration.rejected_row AS r USING applied.lost AS l
            WHERE (r.tenant_id, r.entity, r.batch_no) = (l.tenant_id, l.entity, l.batch_no);
            SET session_replication_role = replica;
            UPDATE migration.batch_state AS b
            SET state = 'planned', run_id = NULL, write_path = NULL, rows_read = NULL, rows_written = NULL,
                rows_rejected = NULL, rows_filtered = NULL, filtered_by = NULL, digest = NULL, bytes_written = NULL,
                adjusted = NULL, began_at = NULL, done_at = NULL
            FROM applied.lost AS l WHERE (b.tenant_id, b.entity, b.batch_no) = (l.tenant_id, l.entity, l.batch_no);
            RESET session_replication_role
            """);
        Assert.Equal(1, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM applied.lost"));
        held.Release();

        var status = await api.EndAsync(runId);
        expected.AssertSame(await RunTraces.OfAsync(scenario.Target, status));
    }

    static object Request(int writers) => new
    {
        manifest = "school-district", mode = "full",
        options = new
        {
            batchSize = 60, batchWindow = 8, tenantWindow = 3, targetWriters = writers,
            throttle = new { mode = "off" },
        },
    };

    static string Day(DateTime day) => EveryDay[((int)day.DayOfWeek + 6) % 7];

    static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
