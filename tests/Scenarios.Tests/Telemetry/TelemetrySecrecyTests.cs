using System.Diagnostics;
using System.Globalization;
using System.Text;
using LocalSqlServer.Storage;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Core.Ledger;
using Npgsql;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests.Telemetry;

/// <summary>No person's data and no secret goes into telemetry, whatever is refused, fails or is asked for.</summary>
[Collection(CapturedTelemetry.Collection)]
public sealed class TelemetrySecrecyTests(TargetServer server)
{
    static readonly string[] Personal = ["FirstName", "MiddleName", "LastName", "BirthDate", "Notes", "StateStudentNumber"];

    // Shorter ones are parts of words.
    const int Telling = 7;

    [Theory]
    [InlineData("auto")]
    [InlineData("direct")]
    public async Task Neither_logs_nor_spans_nor_metrics_hold_a_persons_data(string writePath)
    {
        var telemetry = new CapturedTelemetry();
        var legacy = Schools.Create();
        var values = ValuesOf(legacy);
        await using var scenario = await Scenario.CreateWithFaultsAsync(server, legacy);
        CapturedTelemetry.Enable(scenario);
        // Servers quote rows: a constraint in its detail, a trigger in its message, a cast in both.
        await scenario.Target.ExecuteAsync(
            """
            ALTER TABLE school.student ADD CHECK (length(last_name) % 7 <> 3 OR legacy_id % 5 <> 1);
            CREATE FUNCTION applied.refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
            BEGIN
              IF NEW.legacy_id % 11 = 4 THEN
                RAISE EXCEPTION 'no place for % %', NEW.first_name, NEW.last_name USING DETAIL = coalesce(NEW.notes, '-');
              END IF;
              RETURN NEW;
            END
            $body$;
            CREATE TRIGGER refuse BEFORE INSERT ON school.student FOR EACH ROW EXECUTE FUNCTION applied.refuse()
            """);
        scenario.Source.Faults.Deadlock(contains: "[Gpa]", occurrence: 2);
        var api = await scenario.HostAsync(setUp: host =>
        {
            foreach (var category in (string?[])[null, "Microsoft", "System", "Azure", "Grpc"])
                host.Logging.AddFilter<OpenTelemetryLoggerProvider>(category, LogLevel.Trace);
            telemetry.AddTo(host);
        });
        var runId = await api.StartAsync(
            new { manifest = "school-district", mode = "full", options = new { batchSize = 100, writePath } });
        var status = await api.EndAsync(runId);
        foreach (var path in new[] { $"migrations/{runId}/rejects", $"migrations/{runId}/report", "health/connections" })
            await api.GetAsync(path);
        await api.ReconcileAsync(new { manifest = "school-district", depth = "digest" });
        await scenario.StopAsync();

        Assert.Equal(writePath == "auto" ? States.CompletedWithRejects : States.Failed, status.Status);
        var sent = telemetry.LogText + TextOf(telemetry.Spans) + TextOf(telemetry.Metrics);
        string[] secrets =
        [
            new SqlConnectionStringBuilder(scenario.Source.ConnectionString).Password,
            new NpgsqlConnectionStringBuilder(scenario.Target.Writer).Password!, Api.Key,
        ];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, sent, StringComparison.Ordinal));
        Assert.True(values.Count > 1_000, $"{values.Count} values prove nothing.");
        Assert.Equal([], values.Where(value => sent.Contains(value, StringComparison.Ordinal)));
        // The search can find: there are statements, failures and their codes.
        Assert.Contains("[Gpa]", sent, StringComparison.Ordinal);
        Assert.Contains("exception.type", sent, StringComparison.Ordinal);
        Assert.Contains("MIG3", sent, StringComparison.Ordinal);
        Assert.Contains(runId, telemetry.LogText, StringComparison.Ordinal);
        Assert.Contains("migration.rows", sent, StringComparison.Ordinal);
    }

    static HashSet<string> ValuesOf(LegacyDatabase legacy)
    {
        var values = new HashSet<string>(StringComparer.Ordinal);
        legacy.Table("dbo.Student").Update(
            row =>
            {
                foreach (var column in Personal)
                    if (TextOf(row[column]) is { Length: >= Telling } value)
                        values.Add(value);
                return false;
            },
            _ => { });
        return values;
    }

    static string? TextOf(object? value) => value switch
    {
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        string text => text.Trim(),
        _ => null,
    };

    static string TextOf(IReadOnlyList<Activity> spans)
    {
        var text = new StringBuilder();
        foreach (var span in spans)
        {
            text.Append(span.DisplayName).Append(' ').Append(span.StatusDescription).Append(' ').Append(span.TraceStateString);
            foreach (var (name, value) in span.TagObjects)
                text.Append(' ').Append(name).Append('=').Append(value);
            foreach (var happened in span.Events)
                foreach (var (name, value) in happened.Tags.Prepend(new("event", happened.Name)))
                    text.Append(' ').Append(name).Append('=').Append(value);
            text.Append('\n');
        }
        return text.ToString();
    }

    static string TextOf(IReadOnlyList<MetricSnapshot> metrics)
    {
        var text = new StringBuilder();
        foreach (var metric in metrics)
            foreach (var point in metric.MetricPoints)
            {
                text.Append(metric.Name);
                foreach (var (name, value) in point.Tags)
                    text.Append(' ').Append(name).Append('=').Append(value);
                text.Append('\n');
            }
        return text.ToString();
    }
}
