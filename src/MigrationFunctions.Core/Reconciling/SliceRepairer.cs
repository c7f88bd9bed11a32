using System.Buffers.Binary;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>Puts the differences of one tenant and entity right: every row is looked at once more on both sides, and what is
/// as it should be by now is left alone, so that a repeated execution does nothing twice.</summary>
public sealed class SliceRepairer(
    ISourceDatabase source, Target target, ReconciliationContext context, ReconciliationItem item, PlannedEntity entity)
{
    readonly RowSlice _slice = new(context.Run, item.Tenant, entity);

    /// <summary>Goes through the slice's differences.</summary>
    public async Task RepairAsync(
        string repairId, RepairStep step, RepairRequest request, CancellationToken cancellationToken)
    {
        if (request.DryRun && (step == RepairStep.Delete || !request.DeleteExtra))
            await target.Repair.ResetAsync(repairId, _slice, cancellationToken);
        var rejected = new RejectedKeys(
            _slice, await target.ReconciliationWork.GetRejectedKeysAsync(_slice.Ledger, cancellationToken));
        var comparer = new RowComparer(source, target.Rows, _slice, rejected);
        IReadOnlyList<Candidate> page = [];
        do
        {
            page = await target.ReconciliationWork.GetDifferencesAsync(
                context.Id, item, page.Count > 0 ? page[^1] : null, ISourceDatabase.MostKeys, cancellationToken);
            if (page.Count == 0)
                break;
            var rows = await comparer.CompareAsync(page, cancellationToken);
            var work = step == RepairStep.Delete ? Deletion(rows) : await WritingAsync(rows, request, cancellationToken);
            await target.Repair.ApplyAsync(repairId, _slice, work, request.DryRun, cancellationToken);
        }
        while (page.Count == ISourceDatabase.MostKeys);
    }

    static bool IsTooMany(ComparedRow row) => row.Kind is DifferenceKind.Extra or DifferenceKind.WrongId;

    static RepairPage Deletion(IReadOnlyList<ComparedRow> rows) =>
        new([], [], [.. rows.Where(IsTooMany).Select(r => r.Id)], [], 0);

    async Task<RepairPage> WritingAsync(
        IReadOnlyList<ComparedRow> rows, RepairRequest request, CancellationToken cancellationToken)
    {
        var legacyId = _slice.Layout.Entity.Target.LegacyId;
        var write = rows.Where(r => r is { Kind: DifferenceKind.Missing or DifferenceKind.Different, Expected: not null }).ToList();
        List<RejectedRow> rejected = [.. rows.Where(r => r.Kind == DifferenceKind.NotRejected).Select(r => new RejectedRow(
            r.LegacyKey, r.Reason!.Column, r.Reason.Rule, r.Reason.Message))];
        foreach (var orphan in await OrphansAsync(write, request, cancellationToken))
        {
            write.RemoveAll(r => r.LegacyKey == orphan.LegacyKey);
            rejected.Add(orphan);
        }
        return new RepairPage(
            [.. write.Select(r => r.Expected!.Value)],
            [.. write.Where(r => r.Columns.Any(c => c.Column == legacyId)).Select(r => r.Id)], [], rejected,
            request.DeleteExtra ? 0 : rows.Count(IsTooMany));
    }

    // A dry run has rolled back the parents that it would have written, and rows may refer to each other.
    async Task<IReadOnlyList<RejectedRow>> OrphansAsync(
        List<ComparedRow> rows, RepairRequest request, CancellationToken cancellationToken)
    {
        var orphans = new List<RejectedRow>();
        var work = new BatchWork(context.Run, item.Tenant, entity, 0);
        foreach (var reference in _slice.Layout.References)
        {
            var column = _slice.Layout.CopyColumns.ToList().IndexOf(reference.Target);
            var parents = rows.Select(r => (Row: r, Parent: UuidOf(r.Expected!.Value.Span, column)))
                .Where(r => r.Parent is not null).ToLookup(r => r.Parent!.Value, r => r.Row);
            var missing = parents.Count == 0 ? []
                : await target.Database.FindMissingParentsAsync(
                    work, reference, [.. parents.Select(p => p.Key)], cancellationToken);
            var coming = request.DryRun && missing.Count > 0
                ? await target.ReconciliationWork.FindMissingAsync(
                    context.Id, item.TenantId, reference.Entity, missing, cancellationToken)
                : [];
            orphans.AddRange(missing.Except(coming).Except(rows.Select(r => r.Id))
                .SelectMany(parent => parents[parent])
                .Select(r => new RejectedRow(
                    r.LegacyKey, reference.Source, RejectRules.Orphan,
                    $"No {reference.Entity} with the key in {reference.Source} was migrated for this tenant.")));
        }
        return [.. orphans.DistinctBy(o => o.LegacyKey)];
    }

    static Guid? UuidOf(ReadOnlySpan<byte> tuple, int column)
    {
        var position = sizeof(short);
        for (var i = 0; i < column; i++)
            position += sizeof(int) + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(tuple[position..]));
        return BinaryPrimitives.ReadInt32BigEndian(tuple[position..]) < 0
            ? null
            : new Guid(tuple.Slice(position + sizeof(int), 16), bigEndian: true);
    }
}
