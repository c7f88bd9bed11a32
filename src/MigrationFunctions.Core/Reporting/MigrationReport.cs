using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Reporting;

/// <summary>The report on a run.</summary>
public static class MigrationReport
{
    const int ShownBatches = 10;

    public static Report Of(
        RunContext run, RunProgress progress, IReadOnlyList<RejectCount> rejects, IReadOnlyList<ThroughputStep> throughput,
        string ledgerDigest, ReportSignature signature)
    {
        var slices = progress.Tenants.SelectMany(t => run.SelectedEntities.Join(
            t.Entities, e => e.Name, e => e.Entity, (_, totals) => (Tenant: t, Totals: totals))).ToList();
        var totals = slices.ConvertAll(s => s.Totals);
        var isConserved = totals.TrueForAll(t => t.IsConserved);
        bool? isGood = progress.Run.State switch
        {
            States.Completed or States.CompletedWithRejects => isConserved,
            States.Failed or States.Terminated => false,
            _ => null,
        };
        return new Report(
            $"Run {run.RunId} of {run.Manifest.Name}", Verdict(progress, isGood), isGood, Equation(totals),
            Facts(run, progress, ledgerDigest, signature), Charts(progress, slices, rejects, throughput),
            [
                Account(slices), Rejects(rejects),
                LossRegister.Of(run, totals.Select(t => (t.Entity, t.Adjusted))),
                Unassigned(progress), Findings(progress), Failures(progress), Throughput(throughput), SlowestBatches(progress),
                signature.Table,
            ]);
    }

    static string Verdict(RunProgress progress, bool? isGood) => isGood switch
    {
        true => "Equal: every row of the source is accounted for.",
        null => $"No verdict yet: the run is {progress.Run.State}.",
        _ when progress.Run.State is States.Failed or States.Terminated =>
            $"The run is {progress.Run.State}: {progress.Failure ?? "no reason was recorded."}",
        _ => "NOT EQUAL: rows of the source are not accounted for.",
    };

    static string Equation(List<SliceTotals> totals)
    {
        var (source, written, rejected, filtered) = (
            totals.Sum(t => Math.Max(0, t.SourceRows)), totals.Sum(t => t.RowsMigrated), totals.Sum(t => t.RowsRejected),
            totals.Sum(t => t.RowsFiltered));
        return $"source {ReportText.Number(source)} {(source == written + rejected + filtered ? "=" : "≠")} "
            + $"migrated {ReportText.Number(written)} + rejected {ReportText.Number(rejected)} + filtered {ReportText.Number(filtered)}";
    }

    static List<ReportFact> Facts(
        RunContext run, RunProgress progress, string ledgerDigest, ReportSignature signature) =>
    [
        new("run", run.RunId),
        new("manifest", run.Manifest.Name),
        new("mode", ManifestJson.Name(run.Mode)),
        new("state", progress.Run.State),
        new("tenants", ReportText.Number(progress.Tenants.Count)),
        new("entities", string.Join(", ", run.SelectedEntities.Select(e => e.Name))),
        new("requested by", signature.RequestedBy),
        new("requested", ReportText.Time(progress.Run.RequestedAt)),
        new("finished", progress.Run.FinishedAt is { } at ? ReportText.Time(at) : "-"),
        new("manifest SHA-256", ManifestFingerprint.Of(run.Manifest)),
        new("digest of the rows that this run wrote", ledgerDigest),
        .. signature.Facts,
    ];

    static List<ReportChart> Charts(
        RunProgress progress, List<(TenantProgress Tenant, SliceTotals Totals)> slices, IReadOnlyList<RejectCount> rejects,
        IReadOnlyList<ThroughputStep> throughput) =>
    [
        new("Rows a second, over time", ReportChartKind.Line, "rows a second",
            [.. throughput.Select(t => new ReportPoint(ReportText.Time(t.From), t.Rows / t.Seconds))]),
        new("Rows of the source that are accounted for, by tenant", ReportChartKind.Bars, "%",
            [.. slices.GroupBy(s => s.Tenant, s => s.Totals).Select(t => new ReportPoint(
                Label(t.Key.Tenant, t.Key.Name),
                ReportText.Percent(t.Sum(s => s.RowsMigrated + s.RowsRejected + s.RowsFiltered), t.Sum(s => s.SourceRows))))
                .OrderBy(p => p.Value)]),
        new("Rejected rows, by rule", ReportChartKind.Bars, "rows",
            [.. rejects.GroupBy(r => r.Rule, StringComparer.Ordinal).Select(r => new ReportPoint(r.Key, r.Sum(x => x.Rows)))
                .OrderByDescending(p => p.Value)]),
    ];

    internal static string Label(string tenant, string? name) => name is null ? tenant : $"{tenant} {name}";

    static ReportTable Account(List<(TenantProgress Tenant, SliceTotals Totals)> slices) => new(
        "account", "Account", "For each tenant and entity: source = migrated + rejected + filtered, in the ledger that the run shares "
        + "with earlier runs of the same manifest.",
        ["tenant", "name", "entity", "source", "migrated", "rejected", "filtered", "batches", "equal"],
        [.. slices.Select(IReadOnlyList<object?> (s) =>
        [
            s.Tenant.Tenant, s.Tenant.Name, s.Totals.Entity, s.Totals.SourceRows < 0 ? null : s.Totals.SourceRows,
            s.Totals.RowsMigrated, s.Totals.RowsRejected, s.Totals.RowsFiltered, s.Totals.Done, s.Totals.IsConserved,
        ])]);

    static ReportTable Rejects(IReadOnlyList<RejectCount> rejects) => new(
        "rejects", "Rejected rows", "Rows that the target cannot hold as the manifest maps them. Their keys stand in "
        + "migration.rejected_row.",
        ["entity", "column", "rule", "rows"],
        [.. rejects.Select(IReadOnlyList<object?> (r) => [r.Entity, r.Column, r.Rule, r.Rows])]);

    static ReportTable Unassigned(RunProgress progress) => new(
        "unassigned", "Rows of no listed tenant", "Rows of the source whose tenant is not in the table of tenants: they belong to "
        + "nobody and are not migrated.",
        ["entity", "rows"],
        [.. progress.Unassigned.Where(u => u.Value > 0).Select(IReadOnlyList<object?> (u) => [u.Key, u.Value])]);

    static ReportTable Findings(RunProgress progress) => new(
        "findings", "Findings of the preflight", "What was found before the run, and what to do about it.",
        ["code", "severity", "place", "message", "remedy"],
        [.. progress.Findings.Select(IReadOnlyList<object?> (f) =>
            [f.Code, ManifestJson.Name(f.Severity), f.Place, f.Message, f.Remedy])]);

    static ReportTable Failures(RunProgress progress) => new(
        "failures", "Failures", "Tenants whose part of the run failed.", ["tenant", "failure"],
        [.. progress.Tenants.Where(t => t.Failure is not null).Select(IReadOnlyList<object?> (t) => [t.Tenant, t.Failure])]);

    static ReportTable Throughput(IReadOnlyList<ThroughputStep> throughput) => new(
        "throughput", "Throughput", "Rows read by the batches that were committed within each step.",
        ["from", "seconds", "rows", "rowsPerSecond"],
        [.. throughput.Select(IReadOnlyList<object?> (t) => [t.From, t.Seconds, t.Rows, t.Rows / t.Seconds])]);

    static ReportTable SlowestBatches(RunProgress progress) => new(
        "slowestBatches", "Slowest batches", "The slowest batch of each tenant and entity, the slowest of all first.",
        ["tenant", "entity", "batch", "rows", "seconds"],
        [.. progress.Tenants.SelectMany(t => t.Work).Select(w => w.Slowest).OfType<SlowestBatch>()
            .OrderByDescending(b => b.Seconds).Take(ShownBatches)
            .Select(IReadOnlyList<object?> (b) => [b.Tenant, b.Entity, b.Number, b.Rows, b.Seconds])]);
}
