using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;

namespace MigrationFunctions.Contracts;

/// <summary>Which reconciliation, and in which target its record is: all that orchestrations carry of it.</summary>
public sealed record ReconciliationRef(string Id, RunMode Mode);

/// <summary>An entity of a reconciliation.</summary>
public sealed record ReconciledEntityRef(ReconciliationRef Reconciliation, string Entity);

/// <summary>Asks for a page of a reconciliation's entities or slices.</summary>
public sealed record ReconciliationPageRequest(ReconciliationRef Reconciliation, int From, int Count);

/// <summary>A page of slices, and how many may be compared at a time.</summary>
public sealed record SlicePage(ReconciliationDepth Depth, int Window, IReadOnlyList<ReconciliationItem> Items);

/// <summary>One tenant and entity of a reconciliation.</summary>
public sealed record SliceRef(ReconciliationRef Reconciliation, ReconciliationItem Item);

/// <summary>A unit of a slice.</summary>
public sealed record UnitRef(SliceRef Slice, Side Side, int Number);

/// <summary>Answer of a slice's planner: its units, or when to ask again.</summary>
public sealed record PlannedUnits(UnitCount? Units, Deferral? Deferral = null);

/// <summary>A slice's end by a failure, to be recorded.</summary>
public sealed record SliceFailure(SliceRef Slice, string Failure);

/// <summary>A reconciliation's end, to be recorded.</summary>
public sealed record ReconciliationEnd(ReconciliationRef Reconciliation, string? Failure);
