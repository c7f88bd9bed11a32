using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>A row that the target could not hold when it was last tried, and that is not closed.</summary>
/// <param name="Rule">One of <see cref="Encoders.RejectRules"/>.</param>
public sealed record OpenRejection(string LegacyKey, string Rule);

/// <summary>How a rejection ended.</summary>
public enum RejectionEnd
{
    /// <summary>The target holds the row.</summary>
    Written,

    /// <summary>The source no longer has the row.</summary>
    Gone,

    /// <summary>A filter of the manifest leaves the row behind.</summary>
    Filtered,
}

/// <summary>What a run or a repair made of open rejections.</summary>
/// <param name="Still">Rejections that it tried and that are open yet.</param>
public sealed record HealedRows(long Written, long Gone, long Filtered, long Still)
{
    /// <summary>Whether any rejection was closed.</summary>
    public bool Any => Written + Gone + Filtered > 0;
}

/// <summary>Rejections that are open: none is final.</summary>
public interface IOpenRejections
{
    /// <summary>All of a slice.</summary>
    Task<IReadOnlyList<OpenRejection>> GetAsync(Slice slice, CancellationToken cancellationToken);

    /// <summary>Legacy keys with an open rejection, after a key, in an order that stays: each once.</summary>
    Task<IReadOnlyList<string>> ListKeysAsync(Slice slice, string? after, int count, CancellationToken cancellationToken);

    /// <summary>Entities of a tenant that have rejections which the run has not tried yet.</summary>
    Task<IReadOnlyList<string>> FindUntriedEntitiesAsync(
        string ledger, string manifest, Guid tenantId, string runId, CancellationToken cancellationToken);

    /// <summary>What a run or a repair has made of the slice's rejections.</summary>
    Task<HealedRows> CountHealedAsync(Slice slice, string runId, CancellationToken cancellationToken);
}
