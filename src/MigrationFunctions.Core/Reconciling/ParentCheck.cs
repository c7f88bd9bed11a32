using System.Buffers.Binary;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>Finds rows whose parent the target does not hold, reference by reference, set-wise.</summary>
sealed class ParentCheck(ITargetDatabase target, RowSlice slice)
{
    readonly BatchWork _work = new(slice.Run, slice.Tenant, slice.Entity, 0);

    /// <summary>Of encoded rows, those without a parent, by legacy key.</summary>
    /// <param name="coming">Of parents that are missing, those that count as there all the same; null for none.</param>
    public async Task<IReadOnlyDictionary<string, RejectedRow>> FindOrphansAsync(
        IReadOnlyCollection<(string LegacyKey, ReadOnlyMemory<byte> Tuple)> rows,
        Func<EntityReference, IReadOnlyCollection<Guid>, Task<IReadOnlyCollection<Guid>>>? coming,
        CancellationToken cancellationToken)
    {
        var orphans = new Dictionary<string, RejectedRow>(StringComparer.Ordinal);
        foreach (var reference in slice.Layout.References)
        {
            var column = slice.Layout.CopyColumns.ToList().IndexOf(reference.Target);
            var parents = rows.Select(r => (r.LegacyKey, Parent: UuidOf(r.Tuple.Span, column)))
                .Where(r => r.Parent is not null).ToLookup(r => r.Parent!.Value, r => r.LegacyKey);
            if (parents.Count == 0)
                continue;
            var missing = await target.FindMissingParentsAsync(
                _work, reference, [.. parents.Select(p => p.Key)], cancellationToken);
            var there = coming is not null && missing.Count > 0 ? await coming(reference, missing) : [];
            foreach (var key in missing.Except(there).SelectMany(parent => parents[parent]))
                orphans.TryAdd(key, new RejectedRow(
                    key, reference.Source, RejectRules.Orphan, OrphanCheck.ReasonOf(reference)));
        }
        return orphans;
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
