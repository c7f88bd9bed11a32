using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Ledger;

/// <summary>What reports show and nothing else asks for. All of it is read from what is committed.</summary>
public interface IReportSource
{
    /// <summary>Open rejections in the run's ledger, of its tenants and entities, by column and rule; the most frequent
    /// first.</summary>
    Task<IReadOnlyList<RejectCount>> CountRejectsAsync(RunContext run, CancellationToken cancellationToken);

    /// <summary>Rejected rows in the run's ledger, of its tenants and entities, in a stable order. Original values are not
    /// among what is read.</summary>
    Task<IReadOnlyList<RejectLine>> ListRejectsAsync(
        RunContext run, RejectFilter filter, int skip, int take, CancellationToken cancellationToken);

    /// <summary>Rows of the batches that the run has committed, in steps of the same length from its first batch to its last;
    /// steps without a batch are there, too.</summary>
    /// <param name="most">Steps at most; none is shorter than a second.</param>
    Task<IReadOnlyList<ThroughputStep>> GetThroughputAsync(string runId, int most, CancellationToken cancellationToken);
}

/// <summary>Rejected rows by what was wrong with them.</summary>
public sealed record RejectCount(string Entity, string Column, string Rule, long Rows);

/// <summary>Which rejected rows are asked for; null for whichever.</summary>
public sealed record RejectFilter(string? Tenant, string? Entity, string? Rule, RejectState State = RejectState.Open);

/// <summary>Whether a rejection holds on.</summary>
public enum RejectState
{
    /// <summary>The target could not take the row when it was last tried.</summary>
    Open,

    /// <summary>The row was written later, or the source no longer has it for the target.</summary>
    Closed,

    /// <summary>Both.</summary>
    All,
}

/// <summary>A rejected row by its legacy keys.</summary>
/// <param name="ClosedAs"><c>written</c>, <c>gone</c> or <c>filtered</c>; null while it is open.</param>
/// <param name="ClosedBy">The run or repair that closed it.</param>
public sealed record RejectLine(
    string Tenant, string Entity, int Batch, string LegacyKey, string Column, string Rule, string Reason,
    string? ClosedAs = null, string? ClosedBy = null);

/// <summary>Rows read by the batches that were committed within a step of time.</summary>
public sealed record ThroughputStep(DateTimeOffset From, double Seconds, long Rows);
