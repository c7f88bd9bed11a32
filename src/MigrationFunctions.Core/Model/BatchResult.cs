using System.Collections.ObjectModel;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Model;

/// <summary>What became of a batch's rows. Read = written + rejected + filtered, always.</summary>
/// <param name="FilteredBy">Rows left behind, by the name of the rule.</param>
/// <param name="Digest">Order-independent 128-bit digest of the written rows' canonical bytes, 32 hex digits.</param>
/// <param name="Path">The path that the rows took.</param>
public sealed record BatchResult(
    long RowsRead,
    long RowsWritten,
    long RowsRejected,
    IReadOnlyDictionary<string, long> FilteredBy,
    string Digest,
    WritePath Path)
{
    public long RowsFiltered => FilteredBy.Values.Sum();

    /// <summary>Bytes of the written rows as PGCOPY tuples.</summary>
    public long BytesWritten { get; init; }

    /// <summary>Values that a declared rule of the manifest changed on their way, by <c>targetColumn:rule</c> (the rules
    /// are those of <c>AdjustmentRules</c>). Counted are the rows that were sent to the target: rows that are
    /// rejected while they are mapped, or as orphans, do not count; the few that the target's own constraints refused
    /// do.</summary>
    public IReadOnlyDictionary<string, long> Adjusted { get; init; } = NoneAdjusted;

    internal static readonly IReadOnlyDictionary<string, long> NoneAdjusted =
        ReadOnlyDictionary<string, long>.Empty;
}
