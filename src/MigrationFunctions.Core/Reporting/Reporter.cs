using System.Reflection;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Core.Reporting;

/// <summary>Makes reports from what is stored, at any time: nothing that happened needs to be remembered elsewhere.</summary>
public sealed class Reporter(TimeProvider clock)
{
    const int MostSteps = 60;
    const int AuditPage = 1_000;

    static readonly string CodeVersion = typeof(Reporter).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <exception cref="Errors.MigrationException">The target cannot be asked.</exception>
    public async Task<Report> OfRunAsync(Target target, RunContext run, CancellationToken cancellationToken) =>
        MigrationReport.Of(
            run, (await target.Runs.GetProgressAsync(run.RunId, cancellationToken))!,
            await target.Reports.CountRejectsAsync(run, cancellationToken),
            await target.Reports.GetThroughputAsync(run.RunId, MostSteps, cancellationToken),
            await target.Audit.GetLedgerDigestAsync(run.RunId, cancellationToken),
            await SignatureAsync(target, run.RunId, cancellationToken));

    /// <exception cref="Errors.MigrationException">The target cannot be asked.</exception>
    public async Task<Report> OfReconciliationAsync(
        Target target, ReconciliationContext context, CancellationToken cancellationToken) =>
        ReconciliationReport.Of(
            context,
            (await target.Reconciliations.GetAsync(context.Id, ReconciliationReport.ShownDifferences, cancellationToken))!,
            await SignatureAsync(target, context.Id, cancellationToken));

    async Task<ReportSignature> SignatureAsync(Target target, string subject, CancellationToken cancellationToken)
    {
        var entries = new List<AuditLine>();
        IReadOnlyList<AuditLine> page;
        do
        {
            page = await target.Audit.ListAsync(
                subject, entries.Count == 0 ? 0 : entries[^1].Number, AuditPage, cancellationToken);
            entries.AddRange(page);
        }
        while (page.Count == AuditPage);
        return new ReportSignature(
            entries, await target.Audit.GetHeadAsync(cancellationToken), CodeVersion, clock.GetUtcNow());
    }
}
