using System.Diagnostics;
using System.Diagnostics.Metrics;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Diagnostics;

/// <summary>What the migration measures of itself, for any listener (OpenTelemetry, dotnet-counters). Recorded once for a
/// batch, never for a row; without a listener a record is a comparison. A process that dies between a batch's commit and its
/// record leaves the batch out: the ledger counts exactly, these show the course of things.</summary>
public static class Metrics
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "MigrationFunctions";

    static readonly Meter Meter = new(Name);

    static readonly TenantDimension Tenants = new();

    static readonly Counter<long> Rows = Meter.CreateCounter<long>(
        MetricNames.Rows, "{row}", "Rows of committed batches, by what became of them.");

    static readonly Counter<long> Bytes = Meter.CreateCounter<long>(
        MetricNames.Bytes, "By", "Bytes written by committed batches, as PGCOPY tuples.");

    static readonly Histogram<double> BatchDuration = Meter.CreateHistogram<double>(
        MetricNames.BatchDuration, "s", "Time of a batch from its transaction's beginning to its commit.",
        advice: new() { HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 20, 30, 60, 120, 300] });

    static readonly Counter<long> BatchFailures = Meter.CreateCounter<long>(
        MetricNames.BatchFailures, "{failure}", "Attempts at a batch that failed.");

    static readonly Counter<long> Rejects = Meter.CreateCounter<long>(
        MetricNames.Rejects, "{row}", "Rows of committed batches that were rejected, by rule.");

    static readonly Counter<long> Retries = Meter.CreateCounter<long>(
        MetricNames.Retries, "{retry}", "Batches that are tried again after a failure that may heal.");

    static readonly Histogram<double> SourceLatency = Latency(
        MetricNames.SourceLatency, "Time until the source gives a batch's first row.");

    static readonly Histogram<double> TargetLatency = Latency(
        MetricNames.TargetLatency, "Time of a batch's commit at the target.");

    static readonly Counter<long> Throttled = Meter.CreateCounter<long>(
        MetricNames.Throttle, "{change}", "Changes of the number of writers allowed.");

    static readonly Counter<long> Reconciliations = Meter.CreateCounter<long>(
        MetricNames.Reconciliations, "{reconciliation}", "Reconciliations that ended, by manifest and verdict.");

    static readonly WindowGauge Window = new(Meter);

    static readonly MonitorGauges Gauges = new(Meter);

    /// <summary>A batch was committed by this process. A dry run writes nothing, so it counts no rows or bytes as
    /// written.</summary>
    public static void BatchDone(
        RunMode mode, Slice slice, BatchResult result, IReadOnlyList<RejectedRow> rejected, TimeSpan took)
    {
        if (BatchDuration.Enabled)
            BatchDuration.Record(took.TotalSeconds, new TagList
            {
                { MetricNames.Manifest, slice.Manifest }, { MetricNames.Entity, slice.Entity },
                { MetricNames.Path, result.Path == Manifests.WritePath.Direct ? "direct" : "staged" },
            });
        if (!Rows.Enabled && !Bytes.Enabled && !Rejects.Enabled)
            return;
        var tenant = Tenants.Of(slice.TenantKey);
        AddRows(slice, tenant, "read", result.RowsRead);
        AddRows(slice, tenant, "rejected", result.RowsRejected);
        AddRows(slice, tenant, "filtered", result.RowsFiltered);
        if (mode != RunMode.DryRun)
        {
            AddRows(slice, tenant, "written", result.RowsWritten);
            Bytes.Add(result.BytesWritten, TagsOf(slice, tenant));
        }
        if (rejected.Count == 0)
            return;
        foreach (var (rule, rows) in rejected.CountBy(r => r.Rule))
            Rejects.Add(rows, TagsOf(slice, tenant, MetricNames.Rule, rule));
    }

    /// <summary>An attempt at a batch failed.</summary>
    public static void BatchFailed(Slice slice, string code) => BatchFailures.Add(
        1, new(MetricNames.Manifest, slice.Manifest), new(MetricNames.Entity, slice.Entity), new(MetricNames.Code, code));

    /// <summary>A batch is tried again.</summary>
    public static void BatchRetried(Slice slice) =>
        Retries.Add(1, new(MetricNames.Manifest, slice.Manifest), new(MetricNames.Entity, slice.Entity));

    /// <summary>The source has given a batch's first row, or said that there is none.</summary>
    public static void SourceOpened(string manifest, TimeSpan took) => SourceLatency.Record(
        took.TotalSeconds, new(MetricNames.Manifest, manifest), new(MetricNames.Operation, "open"));

    /// <summary>The target has committed a batch.</summary>
    public static void TargetCommitted(string manifest, TimeSpan took) => TargetLatency.Record(
        took.TotalSeconds, new(MetricNames.Manifest, manifest), new(MetricNames.Operation, "commit"));

    /// <summary>A run's writers as they are allowed now.</summary>
    public static void WindowIs(string manifest, int writers) => Window.Set(manifest, writers);

    /// <summary>The number of a run's writers was changed, by the throttle or by an operator.</summary>
    /// <param name="reason">Of a handful: it is a dimension.</param>
    public static void WindowChanged(string manifest, int from, int to, string reason)
    {
        WindowIs(manifest, to);
        if (from != to)
            Throttled.Add(1, new(MetricNames.Manifest, manifest), new(MetricNames.Reason, reason));
    }

    /// <summary>A reconciliation has ended: equal, not equal, or with a failure (null).</summary>
    public static void Reconciled(string manifest, string verdict) => Reconciliations.Add(
        1, new(MetricNames.Manifest, manifest),
        new(MetricNames.Verdict, verdict));

    /// <summary>Shows what the monitor found, until it looks again or its look is too old.</summary>
    public static void Show(MonitorReading reading) => Gauges.Show(reading);

    static void AddRows(Slice slice, string tenant, string outcome, long rows)
    {
        if (rows > 0)
            Rows.Add(rows, TagsOf(slice, tenant, MetricNames.Outcome, outcome));
    }

    // Four tags fit into the list itself: none of this is on the heap.
    static TagList TagsOf(Slice slice, string tenant, string? more = null, string? value = null)
    {
        var tags = new TagList
        {
            { MetricNames.Manifest, slice.Manifest }, { MetricNames.Tenant, tenant }, { MetricNames.Entity, slice.Entity },
        };
        if (more is not null)
            tags.Add(more, value);
        return tags;
    }

    static Histogram<double> Latency(string name, string description) => Meter.CreateHistogram<double>(
        name, "s", description,
        advice: new() { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
}
