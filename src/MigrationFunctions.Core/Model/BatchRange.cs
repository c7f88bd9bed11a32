namespace MigrationFunctions.Core.Model;

/// <summary>The key range <c>(After, UpTo]</c> of one batch, in the source's own order. Boundaries are opaque text
/// outside the source: compared for equality only, never ordered.</summary>
/// <param name="Number">1, 2, 3 ... within the slice.</param>
/// <param name="After">Boundary before the first row, or null at the beginning.</param>
/// <param name="UpTo">Boundary of the last row.</param>
/// <param name="PlannedRows">Rows that the source counted in the range when it was planned.</param>
public sealed record BatchRange(int Number, string? After, string UpTo, long PlannedRows);
