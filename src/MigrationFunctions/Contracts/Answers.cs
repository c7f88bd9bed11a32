using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Limits;

namespace MigrationFunctions.Contracts;

/// <summary>Work that was put off: nothing was done, and the call may be repeated from then on.</summary>
public sealed record Deferral(DateTimeOffset NotBefore, string Reason);

/// <summary>Answer of a batch: done, or when to ask again. What it did stands in the ledger.</summary>
/// <param name="Rejects">The tenant's rejected rows after the batch; null when it rejected none.</param>
public sealed record BatchAnswer(Deferral? Deferral = null, RejectTotal? Rejects = null);

/// <summary>Answer of a planner: a page, or when to ask again.</summary>
public sealed record PageAnswer(BatchPage? Page, Deferral? Deferral = null);

/// <summary>Answer of a replay of rejections.</summary>
/// <param name="Next">Legacy key to go on after, or null at the end.</param>
/// <param name="Deferral">When to ask again: nothing was tried.</param>
public sealed record ReplayAnswer(string? Next, Deferral? Deferral = null);

/// <summary>Answer of an entity's completion.</summary>
/// <param name="LacksBatches">Batches that were done are planned again, or pages are gone: the server lost commits that had
/// not reached its disk. They are to be done again; what is in the ledger from now on stays.</param>
/// <param name="Failure">Why the entity's account does not fit, coded; null when it does.</param>
public sealed record EntityAnswer(bool LacksBatches, Deferral? Deferral = null, string? Failure = null);

/// <summary>A tenant's rows in all entities that this run has rejected or failed to heal, and how many it may have by the
/// limit in force.</summary>
public sealed record RejectTotal(long Rows, long Limit)
{
    public bool IsOver => Rows > Limit;
}

/// <summary>The throttle as the status shows it.</summary>
/// <param name="Window">Writers that are allowed now.</param>
/// <param name="Limit">Writers that may be allowed at most.</param>
public sealed record ThrottleStatus(int Window, int Limit, string Reason, DateTimeOffset Since)
{
    public static ThrottleStatus Of(RunControl control) => new(
        control.Writers, control.Limits.TargetWriters,
        control.Limits.Throttle.Mode == Core.Manifests.ThrottleMode.Off ? "off" : control.Throttle.Reason,
        control.Throttle.Since);
}

/// <summary>Answer of <c>PATCH /migrations/{runId}</c>: the limits in force from now on.</summary>
public sealed record AdjustedRun(string RunId, RunLimits Limits, ThrottleStatus Throttle);

/// <summary>Answer of <c>GET /audit</c>.</summary>
public sealed record AuditPage(IReadOnlyList<AuditLine> Entries);

/// <summary>Answer of <c>GET /migrations/{runId}/rejects</c>.</summary>
public sealed record RejectPage(string RunId, IReadOnlyList<RejectLine> Rejects);
