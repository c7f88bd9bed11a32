using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>The sides of a comparison.</summary>
public enum Side
{
    Source,
    Target,
}

/// <summary>What one activity reads of one side of a slice.</summary>
/// <param name="Range">Of the source: keys in the source's own order. Of the target: ids, null for no bound and an empty text
/// for no end.</param>
public sealed record ReconciliationUnit(Side Side, BatchRange Range);

/// <summary>The units of a slice's source.</summary>
/// <param name="Read">Rows that were read of all of them.</param>
public sealed record SourceUnits(long Read, IReadOnlyList<BatchRange> Ranges);

/// <summary>What became of the rows of a unit.</summary>
/// <param name="Read">Rows that were read.</param>
/// <param name="Buckets">Rows that both sides ought to hold.</param>
/// <param name="Rejected">Rows that the target cannot hold, and that the ledger holds as rejected.</param>
/// <param name="Filtered">Rows that a filter leaves behind.</param>
/// <param name="Adjusted">Values that a rule changed, by <c>targetColumn:rule</c>.</param>
/// <param name="Aside">Rows to be looked at one by one, whatever their buckets say: those that the target cannot hold and that the
/// ledger does not hold as rejected, and those that it can hold and that the ledger does.</param>
public sealed record UnitAccount(
    long Read, RowBuckets Buckets, long Rejected, long Filtered, IReadOnlyDictionary<string, long> Adjusted,
    IReadOnlyList<Candidate> Aside);

/// <summary>A row that may differ.</summary>
/// <param name="Digest">Of its canonical bytes; empty for one that has none.</param>
public readonly record struct Candidate(Guid Id, string LegacyKey, ReadOnlyMemory<byte> Digest);

/// <summary>Units of each side of a slice; numbered from 1.</summary>
public sealed record UnitCount(int Source, int Target);
