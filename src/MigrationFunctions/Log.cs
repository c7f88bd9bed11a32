using Microsoft.Extensions.Logging;
using MigrationFunctions.Connections;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions;

/// <summary>What the functions log beside their answers and the run's record: names, keys, counts and codes, never a
/// person's data. Ids: 2100 runs, 2200 tenants, 2300 batches, 2500 reconciliations, 2600 credentials
/// and settings, 2610 HTTP, 2620 the monitor, 2630 history.</summary>
static partial class Log
{
    static readonly Func<ILogger, string, string, IDisposable?> RunScope =
        LoggerMessage.DefineScope<string, string>("Run {RunId} of {Manifest}");

    static readonly Func<ILogger, string, string, string, IDisposable?> TenantScope =
        LoggerMessage.DefineScope<string, string, string>("Run {RunId} of {Manifest}, tenant {Tenant}");

    static readonly Func<ILogger, string, string, string, string, IDisposable?> EntityScope =
        LoggerMessage.DefineScope<string, string, string, string>(
            "Run {RunId} of {Manifest}, tenant {Tenant}, entity {Entity}");

    /// <summary>Puts what is logged until it is disposed into a run, a tenant, an entity.</summary>
    public static IDisposable? In(
        ILogger logger, string runId, string manifest, string? tenant = null, string? entity = null) =>
        tenant is null ? RunScope(logger, runId, manifest)
            : entity is null ? TenantScope(logger, runId, manifest, tenant)
            : EntityScope(logger, runId, manifest, tenant, entity);

    [LoggerMessage(2101, LogLevel.Information, "Run {RunId} of {Manifest} begins: {Mode}.")]
    public static partial void RunBegins(ILogger logger, string runId, string manifest, string mode);

    [LoggerMessage(2102, LogLevel.Error, "Run {RunId} cannot succeed: {Finding}")]
    public static partial void RunRefused(ILogger logger, string runId, string finding);

    [LoggerMessage(2103, LogLevel.Information, "Run {RunId} ended as {State}: {Tenants} tenants.")]
    public static partial void RunEnded(ILogger logger, string runId, string state, int tenants);

    [LoggerMessage(2104, LogLevel.Error, "Run {RunId} failed: {Failure}")]
    public static partial void RunFailed(ILogger logger, string runId, string failure);

    [LoggerMessage(2201, LogLevel.Information, "Tenant {Tenant} of run {RunId} ended as {State}.")]
    public static partial void TenantEnded(ILogger logger, string runId, string tenant, string state);

    [LoggerMessage(2202, LogLevel.Error, "Tenant {Tenant} of run {RunId} failed: {Failure}")]
    public static partial void TenantFailed(ILogger logger, string runId, string tenant, string failure);

    [LoggerMessage(
        2203, LogLevel.Error, "Tenant {Tenant} of run {RunId} has {Rows} rows rejected, {Limit} are allowed: it stops.")]
    public static partial void RejectLimitPassed(ILogger logger, string runId, string tenant, long rows, long limit);

    [LoggerMessage(
        2301, LogLevel.Warning, "Run {RunId}: the throttle cannot see the target and takes one writer off: {Failure}")]
    public static partial void SignalLost(ILogger logger, string runId, string failure);

    [LoggerMessage(2302, LogLevel.Warning, "Batch {Number} of {Slice} failed with {Code}: {Failure}")]
    public static partial void BatchFailed(ILogger logger, int number, string slice, string code, string failure);

    [LoggerMessage(2303, LogLevel.Information, "Batch {Number} of {Slice} is tried again after {Failures} failures.")]
    public static partial void BatchRetried(ILogger logger, int number, string slice, int failures);

    [LoggerMessage(
        2304, LogLevel.Debug, "Batch {Number} of {Slice}: {Read} rows read, {Written} written, {Rejected} rejected.")]
    public static partial void BatchDone(ILogger logger, int number, string slice, long read, long written, long rejected);

    [LoggerMessage(
        2501, LogLevel.Error, "Reconciliation {ReconciliationId}: source and target of {Manifest} are not equal.")]
    public static partial void NotEqual(ILogger logger, string reconciliationId, string manifest);

    [LoggerMessage(
        2502, LogLevel.Error,
        "Reconciliation {ReconciliationId}: whether source and target of {Manifest} are equal is unknown. {Gaps} things are "
        + "missing; first: {Missing}")]
    public static partial void VerdictUnknown(
        ILogger logger, string reconciliationId, string manifest, int gaps, string missing);

    [LoggerMessage(
        2503, LogLevel.Warning, "Nightly reconciliation of {Manifest} is passed over: {ReconciliationId} is still at work.")]
    public static partial void NightlyOverlaps(ILogger logger, string manifest, string reconciliationId);

    [LoggerMessage(
        2504, LogLevel.Error, "Nightly reconciliation of {Manifest} could not be started: {Problem}")]
    public static partial void NightlyRefused(ILogger logger, string manifest, string problem);

    [LoggerMessage(
        2505, LogLevel.Warning, "Nightly reconciliation is past due: it was to run at {Due}.")]
    public static partial void NightlyPastDue(ILogger logger, DateTime? due);

    [LoggerMessage(
        2507, LogLevel.Warning, "Nightly reconciliation of {Manifest} leaves out what is being loaded: {Tenants}.")]
    public static partial void NightlyLeavesOut(ILogger logger, string manifest, string tenants);

    [LoggerMessage(
        2506, LogLevel.Information, "Reconciliation {ReconciliationId}: source and target of {Manifest} are equal.")]
    public static partial void Equal(ILogger logger, string reconciliationId, string manifest);

    [LoggerMessage(
        2601, LogLevel.Warning,
        "Connection {Connection}: its {Kind} could not be fetched; one that is kept serves on. {Failure}")]
    public static partial void NotFetched(ILogger logger, ConnectionName connection, string kind, string failure);

    [LoggerMessage(2602, LogLevel.Information, "Connection {Connection}: its secret was rotated to version {Version}.")]
    public static partial void Rotated(ILogger logger, ConnectionName connection, string version);

    [LoggerMessage(2605, LogLevel.Critical, "The settings are refused, nothing is started. {Problem}")]
    public static partial void Refused(ILogger logger, Problem problem);

    [LoggerMessage(2305, LogLevel.Error, "{Activity} failed in a way that nobody foresaw; trace {TraceId}.")]
    public static partial void ActivityFailed(ILogger logger, Exception failure, string activity, string traceId);

    [LoggerMessage(2611, LogLevel.Error, "{Function} failed for a caller; trace {TraceId}.")]
    public static partial void CallFailed(ILogger logger, Exception failure, string function, string traceId);

    [LoggerMessage(2612, LogLevel.Warning, "{Function} refused {Caller}: {Reason}.")]
    public static partial void CallRefused(ILogger logger, string function, string caller, string reason);

    [LoggerMessage(2613, LogLevel.Warning, "{Function} could not serve a call. {Problem}")]
    public static partial void CallNotServed(ILogger logger, string function, Problem problem);

    [LoggerMessage(2621, LogLevel.Warning, "The monitor leaves a figure out: {Problem}")]
    public static partial void FigureMissing(ILogger logger, string problem);

    [LoggerMessage(2631, LogLevel.Information, "Purged the history of {Count} orchestrations that began before {Before}.")]
    public static partial void HistoryPurged(ILogger logger, int count, DateTimeOffset before);
}
