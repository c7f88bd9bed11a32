using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>A reconciliation as its rows in schema <c>migration</c> show it, at any time.</summary>
/// <param name="Differences">The first of each tenant and entity, at most as many as were asked for.</param>
public sealed record Reconciliation(
    ReconciliationSummary Summary, IReadOnlyList<ReconciledSlice> Slices, IReadOnlyList<ReconciliationCheck> Checks,
    IReadOnlyList<RowDifference> Differences);

/// <summary>A reconciliation in one line.</summary>
/// <param name="Trigger">What asked for it: <c>request</c>, <c>timer</c> or <c>repair</c>.</param>
/// <param name="State"><c>running</c>, <c>completed</c>, <c>failed</c> or <c>terminated</c>.</param>
/// <param name="IsEqual">Whether both sides are equal; null before the end, and where nobody knows.</param>
/// <param name="Seed">What the sample's rows were drawn by.</param>
public sealed record ReconciliationSummary(
    string ReconciliationId, string Manifest, RunMode Mode, ReconciliationDepth Depth, string Trigger, string State,
    bool? IsEqual, string? Failure, int Seed, DateTimeOffset RequestedAt, DateTimeOffset? FinishedAt)
{
    /// <summary>Null before the end.</summary>
    public ReconciliationVerdict? Verdict { get; init; }

    /// <summary>What is missing from the verdict: slices that were not compared, checks that could not be made.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}

/// <summary>The account of one tenant and entity: source = migrated + rejected + filtered, row by row as deep as was
/// asked for.</summary>
/// <param name="Tenant">The tenant's legacy key.</param>
/// <param name="Source">Rows of the source.</param>
/// <param name="Target">Rows of the target.</param>
/// <param name="Rejected">Rows with an open rejection: as the ledger has them or, where this reconciliation read the rows, those
/// among them that the source has and the target cannot take now.</param>
/// <param name="Filtered">Rows that a filter of the manifest leaves behind: as the ledger counted them, or as this
/// reconciliation did where it read the rows.</param>
/// <param name="Compared">Rows that were compared with their counterpart.</param>
/// <param name="Missing">Rows that the target ought to hold and does not.</param>
/// <param name="Extra">Rows of the target that the source does not account for.</param>
/// <param name="Different">Rows whose values differ.</param>
/// <param name="Unresolved">Differing buckets that were not narrowed to rows, as there were too many.</param>
/// <param name="SourceDigest">Of the rows as mapped, 32 hex digits; null unless every row was read.</param>
/// <param name="TargetDigest">Of the rows as they stand, likewise.</param>
/// <param name="Adjusted">Values that a declared rule of the manifest changed on their way, by
/// <c>targetColumn:rule</c>: the loss register. Null unless every row was read.</param>
/// <param name="IsEqual">Null before the slice is done.</param>
public sealed record ReconciledSlice(
    string Tenant, Guid TenantId, string? TenantName, string Entity, SideCount Source, SideCount Target, long Rejected,
    long Filtered, long Compared, long Missing, long Extra, long Different, long Unresolved, string? SourceDigest,
    string? TargetDigest, IReadOnlyDictionary<string, long>? Adjusted, bool? IsEqual, string? Failure);

/// <summary>A named check beside the comparison of rows: orphans, references across tenants, the mapping, sequences.</summary>
/// <param name="Name">Stable name, such as <c>targetOrphans</c>.</param>
/// <param name="Tenant">The tenant's legacy key or, for one that is not listed, its id; null for all together.</param>
/// <param name="Found">Rows, or other things, that are not as they should be; 0 when the check has passed, and
/// <see cref="NotMade"/> when it could not be made.</param>
/// <param name="Detail">A sentence without personal values.</param>
public sealed record ReconciliationCheck(string Name, string Entity, string? Tenant, long Found, string Detail)
{
    /// <summary>Stands for what was found by a check that could not be made.</summary>
    public const int NotMade = -1;
}

/// <summary>A row that is not the same on both sides, looked at twice before it counts.</summary>
/// <param name="Tenant">The tenant's legacy key.</param>
/// <param name="TargetId">Its id in the target, or the id that it should have.</param>
/// <param name="Columns">The target columns that differ, and how; empty for a row that one side lacks.</param>
public sealed record RowDifference(
    string Tenant, string Entity, string LegacyKey, Guid TargetId, DifferenceKind Kind,
    IReadOnlyList<ColumnDifference> Columns);

/// <summary>What is wrong with a row.</summary>
public enum DifferenceKind
{
    /// <summary>The target lacks it.</summary>
    Missing,

    /// <summary>The source has no such row.</summary>
    Extra,

    /// <summary>The source has the row, but under another id: a second copy, or an id that is not the one the rule
    /// gives.</summary>
    WrongId,

    /// <summary>Values differ.</summary>
    Different,

    /// <summary>The target cannot hold the source row as it is, and the ledger does not say that it was rejected.</summary>
    NotRejected,
}

/// <summary>A column whose values differ.</summary>
/// <param name="Nature">How they differ, without the values: <c>trailing space</c>, <c>1 microsecond later</c>.</param>
public sealed record ColumnDifference(string Column, string Nature);
