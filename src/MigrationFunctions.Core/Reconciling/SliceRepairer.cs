using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>Puts the differences of one tenant and entity right, then tries its open rejections again: every row is looked at
/// once more on both sides, and what is as it should be by now is left alone, so that a repeated execution does nothing
/// twice.</summary>
public sealed class SliceRepairer(
    ISourceDatabase source, ReconciledTarget target, ReconciliationContext context, ReconciliationItem item, PlannedEntity entity)
{
    readonly RowSlice _slice = new(context.Run, item.Tenant, entity);

    /// <summary>Goes through the slice's differences and, when rows are written, through its open rejections. A dry run tries no
    /// rejection that is not a difference.</summary>
    public async Task RepairAsync(
        string repairId, RepairStep step, RepairRequest request, CancellationToken cancellationToken)
    {
        if (request.DryRun && (step == RepairStep.Delete || !request.DeletesAny))
            await target.Repair.ResetAsync(repairId, _slice, cancellationToken);
        await RepairDifferencesAsync(repairId, step, request, cancellationToken);
        if (step == RepairStep.Write && !request.DryRun)
            await ReplayAsync(repairId, cancellationToken);
    }

    async Task RepairDifferencesAsync(
        string repairId, RepairStep step, RepairRequest request, CancellationToken cancellationToken)
    {
        var rejected = new RejectedKeys(_slice, await target.Rejections.GetAsync(_slice.Ledger, cancellationToken));
        var comparer = new RowComparer(source, target.Rows, _slice, rejected);
        IReadOnlyList<Candidate> page = [];
        do
        {
            page = await target.ReconciliationWork.GetDifferencesAsync(
                context.Id, item, page.Count > 0 ? page[^1] : null, ISourceDatabase.MostKeys, cancellationToken);
            if (page.Count == 0)
                break;
            var rows = await comparer.CompareAsync(page, cancellationToken);
            var work = step == RepairStep.Delete
                ? await DeletionAsync(rows, cancellationToken)
                : await WritingAsync(rows, request, cancellationToken);
            await target.Repair.ApplyAsync(repairId, _slice, work, request, cancellationToken);
        }
        while (page.Count == ISourceDatabase.MostKeys);
    }

    async Task ReplayAsync(string repairId, CancellationToken cancellationToken)
    {
        var replay = new RejectionReplay(source, target, _slice);
        string? after = null;
        do
        {
            after = await replay.ReplayAsync(new RejectionTry(repairId, IsRepair: true), after, cancellationToken);
        }
        while (after is not null);
    }

    static bool IsTooMany(ComparedRow row) => row.Kind is DifferenceKind.Extra or DifferenceKind.WrongId;

    // A difference is told by the source's key where it has one; whose row it is shows from the key that stands in the target.
    async Task<RepairPage> DeletionAsync(IReadOnlyList<ComparedRow> rows, CancellationToken cancellationToken)
    {
        var legacyId = _slice.Layout.TargetColumns[2];
        var there = await target.Rows.ReadByIdAsync(
            _slice, [.. rows.Where(IsTooMany).Select(r => r.Id)], cancellationToken);
        var ids = new RowIdGenerator(
            context.Run.Manifest.IdNamespace, item.TenantKey, item.Entity, _slice.Layout.Entity.Ids);
        return new RepairPage([], [], [.. there.Select(r => Extra(r.Key, LegacyKeyText.Of(r.Value.Span, legacyId)))], 0);

        ExtraRow Extra(Guid id, string key) => new(id, key, ids.TryForKeyText(key, out var its) && its == id);
    }

    async Task<RepairPage> WritingAsync(
        IReadOnlyList<ComparedRow> rows, RepairRequest request, CancellationToken cancellationToken)
    {
        var legacyId = _slice.Layout.Entity.Target.LegacyId;
        var write = rows.Where(r => r is { Kind: DifferenceKind.Missing or DifferenceKind.Different, Expected: not null })
            .DistinctBy(r => r.Id).ToList();
        var orphans = await OrphansAsync(write, request, cancellationToken);
        List<SettledRow> settled =
        [
            .. write.Select(r => Settled(r, orphans.GetValueOrDefault(r.LegacyKey))),
            .. rows.Where(r => r.Kind == DifferenceKind.NotRejected).DistinctBy(r => r.LegacyKey)
                .Select(r => new SettledRow(r.LegacyKey, null, false, r.Others, RejectionEnd.Written)),
        ];
        return new RepairPage(
            settled, [.. write.Where(r => r.Columns.Any(c => c.Column == legacyId)).Select(r => r.Id)], [],
            request.DeletesAny ? 0 : rows.Count(IsTooMany));
    }

    static SettledRow Settled(ComparedRow row, RejectedRow? orphan) => orphan is null
        ? new(row.LegacyKey, row.Expected, row.Kind == DifferenceKind.Different, row.Others, RejectionEnd.Written)
        : new(row.LegacyKey, null, row.Kind == DifferenceKind.Different, [orphan, .. row.Others], RejectionEnd.Written);

    // A dry run has rolled back the parents that it would have written.
    Task<IReadOnlyDictionary<string, RejectedRow>> OrphansAsync(
        IReadOnlyList<ComparedRow> rows, RepairRequest request, CancellationToken cancellationToken) =>
        new ParentCheck(target.Database, _slice).FindOrphansAsync(
            [.. rows.Select(r => (r.LegacyKey, r.Expected!.Value))],
            request.DryRun
                ? (reference, missing) => target.ReconciliationWork.FindMissingAsync(
                    context.Id, item.TenantId, reference.Entity, missing, cancellationToken)
                : null,
            cancellationToken);
}
