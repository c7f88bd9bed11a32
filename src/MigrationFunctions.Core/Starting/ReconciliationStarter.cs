using System.Security.Cryptography;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Core.Starting;

/// <summary>Turns a request into a stored reconciliation, or into every reason why not.</summary>
public sealed class ReconciliationStarter(
    ManifestCatalog manifests, ISourceDatabase source, ITargets targets, TimeProvider clock)
{
    const int UsualSample = 100;
    const int LargestSample = 10_000;

    /// <param name="trigger">One of <see cref="ReconciliationTriggers"/>.</param>
    /// <param name="actor">Who asks for it.</param>
    /// <param name="schedule">Hands the reconciliation over, once it is stored.</param>
    /// <exception cref="MigrationException">A database cannot be asked (MIG3xxx, MIG4xxx).</exception>
    public async Task<ReconciliationStart> StartAsync(
        ReconciliationRequest request, string trigger, string actor, Func<ReconciliationContext, Task> schedule,
        CancellationToken cancellationToken)
    {
        var read = manifests.Find(request.Manifest);
        List<Problem> problems =
        [
            .. read.Problems.Where(p => p.Severity == ProblemSeverity.Error), .. ProblemsOf(request),
            .. SelectionRules.Check(request),
        ];
        if (read.Manifest is { } known)
            problems.AddRange(RequestChecks.UnknownEntities(known, request.Entities));
        if (problems.Count > 0 || read.Manifest is not { } manifest)
            return new ReconciliationStart.Invalid(problems);

        var run = new RunContext(
            RequestChecks.NewId(clock), manifest, request.Mode, manifest.Options, request.Tenants, request.Entities);
        var target = targets.For(run.Mode);
        await target.Runs.EnsureSchemaAsync(cancellationToken);
        if (run.Mode == RunMode.Rehearsal)
            run = run with
            {
                Rehearsal = (await target.Runs.FindNewestAsync(run.Mode, manifest.Name, cancellationToken))?.RunId ?? run.RunId,
            };
        problems.AddRange(await RequestChecks.TenantTableAsync(source, manifest.Tenants, cancellationToken));
        if (problems.Count > 0)
            return new ReconciliationStart.Invalid(problems);
        var tenants = await source.ReadTenantsAsync(manifest, cancellationToken);
        problems.AddRange(RequestChecks.UnknownTenants(tenants, request.Tenants));
        problems.AddRange(await EqualTenants.FindAsync(source, manifest, run.SelectedEntities, request.Tenants, cancellationToken));
        if (problems.Count > 0)
            return new ReconciliationStart.Invalid(problems);
        // Rows that were mapped by other rules would differ without being wrong.
        if (await RequestChecks.ChangedManifestAsync(run, target, cancellationToken) is { } change)
            return new ReconciliationStart.Conflict(change);

        var context = new ReconciliationContext(
            run, request.Depth, request.SampleSize ?? UsualSample,
            request.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue), trigger);
        var selected = tenants.Where(t => request.Tenants?.Contains(t.Key, StringComparer.Ordinal) ?? true).ToList();
        await target.Reconciliations.AddAsync(context, selected, clock.GetUtcNow(), cancellationToken);
        await target.Audit.WriteAsync(
            new AuditEntry(context.Id, AuditActions.Reconcile, actor, clock.GetUtcNow()) { Detail = ManifestJson.Name(context.Depth) },
            cancellationToken);
        await schedule(context);
        return new ReconciliationStart.Started(context);
    }

    static IEnumerable<Problem> ProblemsOf(ReconciliationRequest request)
    {
        if (request.Mode == RunMode.DryRun)
            yield return new Problem(
                ErrorCodes.ReconciliationModeImpossible, "mode", "A dry run leaves nothing behind that could be compared.",
                "Use full or rehearsal.");
        if (request.SampleSize is < 1 or > LargestSample)
            yield return new Problem(
                ErrorCodes.SampleSizeOutOfRange, "sampleSize", $"{request.SampleSize} is no size of a sample.",
                $"Give a number from 1 to {LargestSample}, or compare every row with depth digest.");
    }
}

/// <summary>What came of a request to reconcile.</summary>
public abstract record ReconciliationStart
{
    ReconciliationStart()
    {
    }

    /// <summary>It is stored and handed over.</summary>
    public sealed record Started(ReconciliationContext Context) : ReconciliationStart;

    /// <summary>The request is at fault.</summary>
    public sealed record Invalid(IReadOnlyList<Problem> Problems) : ReconciliationStart;

    /// <summary>The manifest is not the one by which the rows were migrated.</summary>
    public sealed record Conflict(Problem Problem) : ReconciliationStart;
}
