namespace MigrationFunctions.Core.Reconciling;

/// <summary>How closely source and target are compared. Each depth includes those before it.</summary>
public enum ReconciliationDepth
{
    /// <summary>Rows are counted on both sides, by tenant and entity. Sees rows that are missing or too many; sees no
    /// changed value, and nothing where one row is missing and another too many.</summary>
    Counts,

    /// <summary>Some rows of each tenant and entity are compared column by column.</summary>
    Sample,

    /// <summary>Every row of both sides is compared, by its canonical bytes.</summary>
    Digest,
}
