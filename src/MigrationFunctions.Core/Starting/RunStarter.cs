using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Core.Starting;

/// <summary>Turns a request into a stored run with its tenants locked, or into every reason why not. Nothing is written
/// before all that can be known has been checked.</summary>
public sealed class RunStarter(ManifestCatalog manifests, ISourceDatabase source, ITargets targets, TimeProvider clock)
{
    /// <param name="actor">Who asks for it.</param>
    /// <param name="idempotencyKey">By which a repetition gets the run that the first request started; null for none.</param>
    /// <exception cref="MigrationException">A database cannot be asked (MIG3xxx, MIG4xxx).</exception>
    public async Task<StartResult> StartAsync(
        StartRequest request, string actor, string? idempotencyKey, IRunExecutor executor, CancellationToken cancellationToken)
    {
        var read = manifests.Find(request.Manifest);
        List<Problem> problems =
            [.. read.Problems.Where(p => p.Severity == ProblemSeverity.Error), .. SelectionRules.Check(request)];
        if (read.Manifest is { } known)
        {
            problems.AddRange(ManifestValidator.Validate(
                request.Options?.Apply(known.Options) ?? known.Options, known.Tenants, "options"));
            problems.AddRange(RequestChecks.UnknownEntities(known, request.Entities));
        }
        if (problems.Count > 0 || read.Manifest is not { } manifest)
            return new StartResult.Invalid(problems);

        var options = request.Options?.Apply(manifest.Options) ?? manifest.Options;
        var run = new RunContext(RequestChecks.NewId(clock), manifest, request.Mode, options, request.Tenants, request.Entities)
        {
            Trace = Tracing.Here, IdempotencyKey = idempotencyKey, TaskHub = executor.TaskHub,
        };
        var target = targets.For(run.Mode);
        await target.Runs.EnsureSchemaAsync(cancellationToken);
        if (idempotencyKey is not null && await target.Runs.FindByKeyAsync(idempotencyKey, cancellationToken) is { } first)
            return await AgainAsync(run, first, target, actor, executor, cancellationToken);
        problems.AddRange(await RequestChecks.TenantTableAsync(source, manifest.Tenants, cancellationToken));
        if (problems.Count > 0)
            return new StartResult.Invalid(problems);
        var tenants = await source.ReadTenantsAsync(manifest, cancellationToken);
        problems.AddRange(RequestChecks.UnknownTenants(tenants, request.Tenants));
        problems.AddRange(await EqualTenants.FindAsync(source, manifest, run.SelectedEntities, request.Tenants, cancellationToken));
        if (run.Mode == RunMode.Rehearsal
            && await target.Database.GetFactsAsync(cancellationToken) is var facts && !Preflight.IsNamedForRehearsal(facts.Database))
            problems.Add(Preflight.NotForRehearsal(facts.Database));
        var selected = tenants.Where(t => request.Tenants?.Contains(t.Key, StringComparer.Ordinal) ?? true).ToList();
        problems.AddRange(BlackoutCalendar.UnknownZones(options.Blackouts, selected));
        if (problems.Count > 0)
            return new StartResult.Invalid(problems);
        if (await RequestChecks.ChangedManifestAsync(run, target, cancellationToken) is { } change)
            return new StartResult.Conflict([change]);
        if (await ParentChecks.FindMissingAsync(run, selected, source, target, cancellationToken) is { Count: > 0 } missing)
            return new StartResult.Invalid(missing);
        return await StoreAsync(run, target, selected, actor, executor, cancellationToken);
    }

    async Task<StartResult> StoreAsync(
        RunContext run, Target target, List<Tenant> tenants, string actor, IRunExecutor executor,
        CancellationToken cancellationToken)
    {
        if (await target.Runs.AddAsync(run, clock.GetUtcNow(), cancellationToken) is var id && id != run.RunId)
            return await AgainAsync(
                run, (await target.Runs.FindAsync(id, cancellationToken))!, target, actor, executor, cancellationToken);
        await target.Runs.SetTenantsAsync(run.RunId, tenants, cancellationToken);
        FaultPoint.Pass("start.stored");
        return await LockAndScheduleAsync(run, target, tenants, actor, executor, cancellationToken);
    }

    async Task<StartResult> LockAndScheduleAsync(
        RunContext run, Target target, IReadOnlyList<Tenant> tenants, string actor, IRunExecutor executor,
        CancellationToken cancellationToken)
    {
        // A dry run writes nothing that lasts, so it may run beside anything.
        if (run.Mode == RunMode.DryRun)
        {
            await ScheduleAsync();
        }
        else
        {
            var held = await target.Runs.LockTenantsAsync(
                run.RunId, run.TaskHub, tenants, lost => executor.IsGoneAsync(lost, cancellationToken),
                ScheduleAsync, cancellationToken);
            if (held.Count > 0)
            {
                await target.Runs.RemoveAsync(run.RunId, cancellationToken);
                return new StartResult.Conflict(Held(held));
            }
        }
        return new StartResult.Started(run, tenants.Count);

        // The entry comes first: what is executed is in the log, whatever becomes of this process.
        async Task ScheduleAsync()
        {
            await target.Audit.WriteAsync(
                new AuditEntry(run.RunId, AuditActions.Start, actor, clock.GetUtcNow()) { Detail = ManifestJson.Name(run.Mode) },
                cancellationToken);
            await executor.ScheduleAsync(run, cancellationToken);
            FaultPoint.Pass("start.scheduled");
        }
    }

    // A process that ended in the middle of the first request may have stored the run and not scheduled it.
    async Task<StartResult> AgainAsync(
        RunContext asked, RunContext first, Target target, string actor, IRunExecutor executor,
        CancellationToken cancellationToken)
    {
        if (!RequestChecks.IsSame(asked, first))
            return new StartResult.Conflict([new Problem(
                ErrorCodes.IdempotencyKeyReused, "Idempotency-Key", $"Another request with that key started run {first.RunId}.",
                "Send each request with a key of its own.")]);
        var progress = (await target.Runs.GetProgressAsync(first.RunId, cancellationToken))!;
        var isLeftUndone = progress.Run.FinishedAt is null && progress.Tenants.Count > 0
            && first.TaskHub == executor.TaskHub && await executor.IsGoneAsync(first.RunId, cancellationToken);
        return isLeftUndone
            ? await LockAndScheduleAsync(
                first, target, await target.Runs.GetTenantsAsync(first.RunId, 0, int.MaxValue, cancellationToken), actor, executor,
                cancellationToken)
            : new StartResult.Started(first, progress.Tenants.Count);
    }

    /// <summary>Takes the tenants' locks for a run that is being executed. They are its own already, unless the process
    /// ended between the scheduling and the commit of its start.</summary>
    /// <exception cref="MigrationException">MIG2103: another run has come in between.</exception>
    public static async Task KeepLocksAsync(RunContext run, Target target, CancellationToken cancellationToken)
    {
        if (run.Mode == RunMode.DryRun)
            return;
        var tenants = await target.Runs.GetTenantsAsync(run.RunId, 0, int.MaxValue, cancellationToken);
        await KeepLocksAsync(run.RunId, run.TaskHub, tenants, target, cancellationToken);
    }

    /// <summary>The same for whatever writes.</summary>
    /// <exception cref="MigrationException">MIG2103: another run has come in between.</exception>
    public static async Task KeepLocksAsync(
        string id, string taskHub, IReadOnlyList<Tenant> tenants, Target target, CancellationToken cancellationToken)
    {
        var held = await target.Runs.LockTenantsAsync(
            id, taskHub, tenants, _ => Task.FromResult(false), () => Task.CompletedTask, cancellationToken);
        if (held.Count > 0)
            throw new MigrationException(Held(held)[0]);
    }

    /// <summary>What a request is told whose tenants are held.</summary>
    public static List<Problem> Held(IReadOnlyList<TenantLock> held) => held.GroupBy(h => (h.RunId, h.TaskHub)).Select(h => new Problem(
        ErrorCodes.TenantLocked, "tenants",
        $"Run {h.Key.RunId}{(h.Key.TaskHub is { } hub ? $" of task hub {hub}" : "")} is writing tenant "
        + $"{string.Join(", ", h.Select(t => t.TenantKey))}.",
        $"Wait for run {h.Key.RunId} to end, or terminate it: that works from any task hub, also when its own is lost.")).ToList();
}

/// <summary>What executes runs: Durable Task.</summary>
public interface IRunExecutor
{
    /// <summary>Which task hub, as all processes on it call it.</summary>
    string TaskHub { get; }

    /// <summary>True when nothing executes the run any more: its locks are void.</summary>
    Task<bool> IsGoneAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Hands the run over; it is executed from then on, whatever becomes of the caller.</summary>
    Task ScheduleAsync(RunContext run, CancellationToken cancellationToken);
}

/// <summary>What came of a request to start.</summary>
public abstract record StartResult
{
    StartResult()
    {
    }

    /// <summary>The run is stored and its tenants are locked.</summary>
    public sealed record Started(RunContext Run, int Tenants) : StartResult;

    /// <summary>The request is at fault.</summary>
    public sealed record Invalid(IReadOnlyList<Problem> Problems) : StartResult;

    /// <summary>The request would be right at another time.</summary>
    public sealed record Conflict(IReadOnlyList<Problem> Problems) : StartResult;
}
