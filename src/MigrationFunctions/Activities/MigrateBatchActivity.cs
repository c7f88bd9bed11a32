using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Activities;

/// <summary>Moves one batch. At least once by Durable Task, exactly once in effect by the ledger. It waits a few seconds for
/// a slot at most: then, or while the tenant is to be left alone, it answers when to ask again.</summary>
public sealed class MigrateBatchActivity(
    ISourceDatabase source, EntityLayouts layouts, RunAccess runs, SourceReading reading, ThrottleReporter throttle,
    TimeProvider clock, ILogger<MigrateBatchActivity> logger)
{
    [Function(nameof(MigrateBatch))]
    public async Task<BatchAnswer> MigrateBatch([ActivityTrigger] BatchRef batch, CancellationToken cancellationToken)
    {
        FaultPoint.Pass("batch.before");
        var tenant = batch.Entity.Tenant;
        var (target, run) = await runs.GetAsync(tenant.Run, cancellationToken);
        var control = await target.Limits.GetAsync(run, cancellationToken);
        if (reading.DuringBlackout(control, tenant) is { } blackout)
            return new BatchAnswer(blackout);
        using var scope = Log.In(logger, run.RunId, run.Manifest.Name, tenant.TenantKey, batch.Entity.Entity);
        Metrics.WindowIs(run.Manifest.Name, control.Writers);
        var slice = run.Slice(tenant.TenantId, tenant.TenantKey, batch.Entity.Entity);
        if (batch.Failures > 0)
        {
            Metrics.BatchRetried(slice);
            Log.BatchRetried(logger, batch.Number, slice.ToString(), batch.Failures);
        }
        var entity = await layouts.GetAsync(run, batch.Entity.Entity, target.Database, cancellationToken);
        var (result, taken) = await CopyAsync(
            target, new BatchWork(run, tenant.ToTenant(), entity, batch.Number), cancellationToken);
        if (result is null)
            return new BatchAnswer(reading.Busy(taken));
        if (logger.IsEnabled(LogLevel.Debug))
            Log.BatchDone(
                logger, batch.Number, slice.ToString(), result.RowsRead, result.RowsWritten, result.RowsRejected);
        FaultPoint.Pass("batch.after");
        if (await throttle.ReportAsync(target.Limits, run, control, cancellationToken) is { } lost)
            Log.SignalLost(logger, run.RunId, lost.Message);
        return new BatchAnswer(Rejects: await RejectsAsync(target, run, batch, result, cancellationToken));
    }

    async Task<(BatchResult? Result, SlotKind Taken)> CopyAsync(
        Target target, BatchWork work, CancellationToken cancellationToken)
    {
        var copier = new BatchCopier(source.For(work.Run), target.Database);
        var wait = new SlotWait(target.Limits, work.Run, clock);
        using var span = Tracing.StartBatch(work.Run, work.Slice, work.Number);
        while (true)
        {
            try
            {
                var result = await copier.CopyAsync(work, cancellationToken);
                span.Done(result);
                return (result, default);
            }
            catch (SlotsTakenException e)
            {
                FaultPoint.Pass("slot.none-free");
                work = work with { FirstPath = e.Path };
                if (!await wait.UntilFreeAsync(e.Kind, cancellationToken))
                    return (null, e.Kind);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Tell(work, span, e);
                throw;
            }
        }
    }

    void Tell(BatchWork work, Activity? span, Exception failure)
    {
        var coded = failure as MigrationException;
        var code = coded?.Code ?? ErrorCodes.Unforeseen;
        span.Failed(code);
        Metrics.BatchFailed(work.Slice, code);
        Log.BatchFailed(
            logger, work.Number, work.Slice.ToString(), code, coded?.Message ?? failure.GetType().FullName!);
    }

    // Counted after the commit, so of batches that pass the limit together the last one sees it.
    async Task<RejectTotal?> RejectsAsync(
        Target target, RunContext run, BatchRef batch, BatchResult result, CancellationToken cancellationToken)
    {
        if (result.RowsRejected == 0)
            return null;
        var rows = await target.Ledger.CountRejectedAsync(
            run.Ledger, run.Manifest.Name, batch.Entity.Tenant.TenantId, run.RunId, cancellationToken);
        var control = await target.Limits.GetAsync(run, cancellationToken);
        var total = new RejectTotal(rows, control.Limits.RejectLimit);
        if (total.IsOver)
            Log.RejectLimitPassed(logger, run.RunId, batch.Entity.Tenant.TenantKey, total.Rows, total.Limit);
        return total;
    }
}
