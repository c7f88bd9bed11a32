using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Reconciling;

namespace MigrationFunctions.Core.Reporting;

/// <summary>The report on a reconciliation. It names rows by their legacy keys and says how values differ; it shows no
/// value.</summary>
public static class ReconciliationReport
{
    /// <summary>Differing rows of an entity that are shown at most.</summary>
    public const int ShownDifferences = 10;

    public static Report Of(ReconciliationContext context, Reconciliation reconciliation, ReportSignature signature)
    {
        var its = reconciliation.Summary;
        List<ReportTable> tables = [Account(reconciliation), Rows(reconciliation), Differences(reconciliation), Checks(reconciliation)];
        if (context.Depth == ReconciliationDepth.Digest)
            tables.Add(LossRegister.Of(
                context.Run, reconciliation.Slices.Where(s => s.Adjusted is not null).Select(s => (s.Entity, s.Adjusted!))));
        tables.Add(Failures(reconciliation));
        tables.Add(Unknown(its));
        tables.Add(signature.Table);
        return new Report(
            $"Reconciliation {context.Id} of {context.Run.Manifest.Name}", Verdict(reconciliation),
            its.Verdict is null ? null : its.Verdict == ReconciliationVerdict.Equal,
            Equation(reconciliation.Slices), Facts(context, its, signature), Charts(reconciliation), tables);
    }

    static string Verdict(Reconciliation reconciliation)
    {
        var gaps = reconciliation.Summary.Unknown;
        return VerdictOfRows(reconciliation)
            + (gaps.Count > 0 ? $" {ReportText.Number(gaps.Count)} things are not known; first: {gaps[0]}" : "");
    }

    static string VerdictOfRows(Reconciliation reconciliation) => reconciliation.Summary switch
    {
        { Verdict: ReconciliationVerdict.Unknown } =>
            "UNKNOWN: nothing that was looked at differs, but not everything could be looked at.",
        { IsEqual: true, Depth: ReconciliationDepth.Digest } => "Equal: every row of both sides was read and compared.",
        { IsEqual: true, Depth: ReconciliationDepth.Sample } => "Equal, as far as rows were drawn: the numbers and a sample of rows agree.",
        { IsEqual: true } => "Equal in number: rows were counted, not compared.",
        { IsEqual: false } => NotEqual(reconciliation),
        var its => $"No verdict yet: the reconciliation is {its.State}.",
    };

    static string NotEqual(Reconciliation reconciliation)
    {
        var failed = reconciliation.Checks.Count(c => c.Found > 0);
        return $"NOT EQUAL: {ReportText.Number(reconciliation.Slices.Sum(s => s.Missing))} rows missing, "
            + $"{ReportText.Number(reconciliation.Slices.Sum(s => s.Extra))} extra, "
            + $"{ReportText.Number(reconciliation.Slices.Sum(s => s.Different))} different"
            + (failed > 0 ? $"; {ReportText.Number(failed)} checks did not pass." : ".");
    }

    static string Equation(IReadOnlyList<ReconciledSlice> slices)
    {
        var (source, target, rejected, filtered) = (
            slices.Sum(s => s.Source.Rows), slices.Sum(s => s.Target.Rows), slices.Sum(s => s.Rejected), slices.Sum(s => s.Filtered));
        return $"source {ReportText.Number(source)} {(source == target + rejected + filtered ? "=" : "≠")} "
            + $"target {ReportText.Number(target)} + rejected {ReportText.Number(rejected)} + filtered {ReportText.Number(filtered)}";
    }

    static List<ReportFact> Facts(ReconciliationContext context, ReconciliationSummary its, ReportSignature signature) =>
    [
        new("reconciliation", context.Id),
        new("manifest", context.Run.Manifest.Name),
        new("mode", ManifestJson.Name(context.Run.Mode)),
        new("depth", ManifestJson.Name(context.Depth)),
        .. context.Depth == ReconciliationDepth.Sample
            ? [new ReportFact("sample", $"{context.SampleSize} rows of each side, tenant and entity, drawn by seed {context.Seed}")]
            : Array.Empty<ReportFact>(),
        new("state", its.State),
        new("asked for by", $"{its.Trigger}, {signature.RequestedBy}"),
        new("requested", ReportText.Time(its.RequestedAt)),
        new("finished", its.FinishedAt is { } at ? ReportText.Time(at) : "-"),
        new("manifest SHA-256", ManifestFingerprint.Of(context.Run.Manifest)),
        .. signature.Facts,
    ];

    static List<ReportChart> Charts(Reconciliation reconciliation) =>
    [
        new("Rows that are as they should be, by tenant", ReportChartKind.Bars, "%",
            [.. reconciliation.Slices.GroupBy(s => (s.Tenant, s.TenantName)).Select(t => new ReportPoint(
                MigrationReport.Label(t.Key.Tenant, t.Key.TenantName),
                ReportText.Percent(
                    t.Sum(s => Math.Max(0, s.Source.Rows - s.Missing - s.Different)), t.Sum(s => s.Source.Rows)))).OrderBy(p => p.Value)]),
        new("Rows that are not as they should be, by entity", ReportChartKind.Bars, "rows",
            [.. reconciliation.Slices.GroupBy(s => s.Entity, StringComparer.Ordinal)
                .Select(e => new ReportPoint(e.Key, e.Sum(s => s.Missing + s.Extra + s.Different))).Where(p => p.Value > 0)
                .OrderByDescending(p => p.Value)]),
    ];

    static ReportTable Account(Reconciliation reconciliation) => new(
        "account", "Account",
        "Rows of both sides, with those among them that are marked as deleted; rejected rows are those that the target cannot take now.",
        ["tenant", "name", "entity", "source", "sourceDeleted", "target", "targetDeleted", "rejected", "filtered", "equal"],
        [.. reconciliation.Slices.Select(IReadOnlyList<object?> (s) =>
        [
            s.Tenant, s.TenantName, s.Entity, s.Source.Rows, s.Source.Deleted, s.Target.Rows, s.Target.Deleted, s.Rejected, s.Filtered,
            s.IsEqual,
        ])]);

    static ReportTable Rows(Reconciliation reconciliation) => new(
        "rows", "Rows", "How rows compare, and the digest of each side's rows as they ought to stand in the target.",
        ["tenant", "entity", "compared", "missing", "extra", "different", "unresolvedBuckets", "sourceDigest", "targetDigest"],
        [.. reconciliation.Slices.Select(IReadOnlyList<object?> (s) =>
            [s.Tenant, s.Entity, s.Compared, s.Missing, s.Extra, s.Different, s.Unresolved, s.SourceDigest, s.TargetDigest])]);

    static ReportTable Differences(Reconciliation reconciliation) => new(
        "differences", "Differing rows", $"At most {ShownDifferences} of each entity; how values differ is said, the values are not.",
        ["tenant", "entity", "legacyKey", "id", "kind", "columns"],
        [.. reconciliation.Differences.GroupBy(d => d.Entity, StringComparer.Ordinal).SelectMany(e => e.Take(ShownDifferences))
            .Select(IReadOnlyList<object?> (d) =>
            [
                d.Tenant, d.Entity, d.LegacyKey, d.TargetId.ToString(), ManifestJson.Name(d.Kind),
                string.Join("; ", d.Columns.Select(c => $"{c.Column}: {c.Nature}")),
            ])]);

    static ReportTable Checks(Reconciliation reconciliation) => new(
        "checks", "Checks", "Orphans, references across tenants, ids, sequences and constraints. None found is what one hopes for; a check "
        + "that could not be made says why, and makes the verdict unknown.",
        ["check", "entity", "tenant", "found", "passed", "detail"],
        [.. reconciliation.Checks.Select(IReadOnlyList<object?> (c) =>
        [
            c.Name, c.Entity, c.Tenant, c.Found == ReconciliationCheck.NotMade ? null : c.Found,
            c.Found == ReconciliationCheck.NotMade ? null : c.Found == 0, c.Detail,
        ])]);

    static ReportTable Unknown(ReconciliationSummary its) => new(
        "unknown", "Not known", "What is missing from the verdict.", ["what"],
        [.. its.Unknown.Select(IReadOnlyList<object?> (what) => [what])]);

    static ReportTable Failures(Reconciliation reconciliation) => new(
        "failures", "Failures", "Tenants and entities that could not be compared.", ["tenant", "entity", "failure"],
        [.. reconciliation.Slices.Where(s => s.Failure is not null)
            .Select(IReadOnlyList<object?> (s) => [s.Tenant, s.Entity, s.Failure])]);
}
