using MigrationFunctions.Core.Ledger;

namespace MigrationFunctions.Core.Auditing;

/// <summary>What somebody did, and what came of it. Holds no personal data of students: keys and counts only.</summary>
/// <param name="Subject">Id of the run, reconciliation or repair.</param>
/// <param name="Action">Stable name: <c>start</c>, <c>suspended</c>, <c>tenantFinished</c>, <c>finished</c> ...</param>
/// <param name="Actor">Who asked for it: a user or principal, <c>function key</c> with the beginning of the key's
/// SHA-256, or <see cref="Actors.System"/>.</param>
public sealed record AuditEntry(string Subject, string Action, string Actor, DateTimeOffset At)
{
    /// <summary>A sentence or a value that belongs to the action.</summary>
    public string? Detail { get; init; }

    /// <summary>The tenant's legacy key.</summary>
    public string? Tenant { get; init; }

    /// <summary>Rows by what became of them.</summary>
    public IReadOnlyDictionary<string, long>? Counts { get; init; }

    /// <summary>How it ended.</summary>
    public string? Outcome { get; init; }

    /// <summary>The account of slices as counts.</summary>
    public static IReadOnlyDictionary<string, long> CountsOf(IEnumerable<SliceTotals> slices)
    {
        var list = slices.ToList();
        return new Dictionary<string, long>
        {
            ["source"] = list.Sum(s => s.SourceRows), ["migrated"] = list.Sum(s => s.RowsMigrated),
            ["rejected"] = list.Sum(s => s.RowsRejected), ["filtered"] = list.Sum(s => s.RowsFiltered),
        };
    }
}

/// <summary>Who acts where no user does.</summary>
public static class Actors
{
    /// <summary>The migration itself: an orchestration, or the timer.</summary>
    public const string System = "system";
}

/// <summary>An entry as it stands in the log.</summary>
/// <param name="Number">1, 2, 3 ... without gaps.</param>
/// <param name="Hash">SHA-256 over the hash before it and its own fields, as hex digits.</param>
public sealed record AuditLine(long Number, AuditEntry Entry, string Hash);

/// <summary>How far the log goes.</summary>
/// <param name="Hash">Of its last entry, as hex digits; zeros when there is none.</param>
public sealed record AuditHead(long Entries, string Hash);

/// <summary>Whether the log is as it was written.</summary>
/// <param name="Head">Hash of the last entry; what a report quotes.</param>
/// <param name="FirstBroken">Number of the first entry that does not follow from the one before it.</param>
/// <param name="Problem">What is wrong, in a sentence.</param>
public sealed record AuditVerdict(bool IsIntact, long Entries, string Head, long? FirstBroken, string? Problem);

/// <summary>The append-only, hash-chained log in schema <c>migration</c> of the target. It shows that something was changed
/// afterwards; it cannot keep an owner of the database from writing a whole new chain. Whoever keeps a head that a report
/// quotes can tell that, too.</summary>
public interface IAuditLog
{
    /// <summary>Appends.</summary>
    Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Appends unless the log has an entry of the same subject, action and tenant: for an activity, which may be
    /// repeated.</summary>
    Task WriteOnceAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>The same for an action of which there may be several, told apart by their details.</summary>
    Task WriteOncePerDetailAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>How far the log goes now.</summary>
    Task<AuditHead> GetHeadAsync(CancellationToken cancellationToken);

    /// <summary>Digest of what a run has written: the sum of its batches' digests.</summary>
    Task<string> GetLedgerDigestAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Entries of a subject, or of all, from a number on.</summary>
    Task<IReadOnlyList<AuditLine>> ListAsync(
        string? subject, long afterNumber, int count, CancellationToken cancellationToken);

    /// <summary>Computes the whole chain again, and the digests of the batches of every finished run, which its last entry
    /// quotes. Constant memory.</summary>
    Task<AuditVerdict> VerifyAsync(CancellationToken cancellationToken);
}
