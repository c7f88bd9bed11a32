namespace MigrationFunctions.Core.Reconciling;

/// <summary>What a reconciliation came to: never better than what it looked at.</summary>
public enum ReconciliationVerdict
{
    /// <summary>Everything was looked at, and both sides agree.</summary>
    Equal,

    /// <summary>Something differs, whatever else could not be looked at.</summary>
    NotEqual,

    /// <summary>Nothing that was looked at differs, but not everything could be.</summary>
    Unknown,
}

/// <summary>A reconciliation's end.</summary>
/// <param name="Unknown">What is missing from the verdict, in sentences.</param>
public sealed record ReconciliationOutcome(ReconciliationVerdict Verdict, IReadOnlyList<string> Unknown);
