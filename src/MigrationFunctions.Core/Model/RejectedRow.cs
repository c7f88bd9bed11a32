namespace MigrationFunctions.Core.Model;

/// <summary>A row that was not written, and why.</summary>
/// <param name="LegacyKey">The row's legacy key as text.</param>
/// <param name="Column">The source or target column that was refused, or empty when the whole row was.</param>
/// <param name="Rule">Stable name of the rule: <c>notNull</c>, <c>orphan</c>, <c>check</c>, <c>tooLong</c> ...</param>
/// <param name="Reason">A sentence without the row's values.</param>
public sealed record RejectedRow(string LegacyKey, string Column, string Rule, string Reason)
{
    /// <summary>The source row's values as JSON, read again by key just before the batch commits.</summary>
    public string? Original { get; init; }
}
