using MigrationFunctions.Core.Auditing;

namespace MigrationFunctions.Core.Reporting;

/// <summary>What ties a report to what it reports on.</summary>
/// <param name="Entries">What was done to the subject and by whom, from the audit log.</param>
/// <param name="Head">The audit log when the report was made.</param>
/// <param name="CodeVersion">Version and commit of the code that made the report.</param>
/// <param name="At">When the report was made.</param>
public sealed record ReportSignature(IReadOnlyList<AuditLine> Entries, AuditHead Head, string CodeVersion, DateTimeOffset At)
{
    /// <summary>Who asked for what is reported on.</summary>
    public string RequestedBy => Entries.Count > 0 ? Entries[0].Entry.Actor : "unknown";

    /// <summary>The facts that close every report's head.</summary>
    public IEnumerable<ReportFact> Facts =>
    [
        new("code version", CodeVersion),
        new("audit log", $"entry {Head.Entries} with hash {Head.Hash}"),
        new("report made", ReportText.Time(At)),
    ];

    /// <summary>The audit log's entries as a table.</summary>
    public ReportTable Table => new(
        "audit", "Audit log", "Who did what, and what came of it. Each entry's hash covers the one before it.",
        ["number", "at", "who", "action", "tenant", "outcome", "detail", "counts", "hash"],
        [.. Entries.Select(IReadOnlyList<object?> (line) =>
        [
            line.Number, line.Entry.At, line.Entry.Actor, line.Entry.Action, line.Entry.Tenant, line.Entry.Outcome,
            line.Entry.Detail,
            line.Entry.Counts is { } counts ? string.Join(", ", counts.Select(c => $"{c.Key} {ReportText.Number(c.Value)}")) : null,
            line.Hash,
        ])]);
}
