namespace MigrationFunctions.Core.Diagnostics;

/// <summary>Every name that goes over the wire: the instruments of meter <see cref="Metrics.Name"/> and their dimensions.
/// Dashboards and alert rules use them as they stand here; a test compares.</summary>
public static class MetricNames
{
    /// <summary>Counter, {row}: manifest, tenant, entity, outcome.</summary>
    public const string Rows = "migration.rows";

    /// <summary>Counter, By: manifest, tenant, entity. Bytes written, as PGCOPY tuples.</summary>
    public const string Bytes = "migration.bytes";

    /// <summary>Histogram, s: manifest, entity, path.</summary>
    public const string BatchDuration = "migration.batch.duration";

    /// <summary>Counter, {failure}: manifest, entity, code.</summary>
    public const string BatchFailures = "migration.batch.failures";

    /// <summary>Counter, {row}: manifest, tenant, entity, rule.</summary>
    public const string Rejects = "migration.rejects";

    /// <summary>Counter, {retry}: manifest, entity.</summary>
    public const string Retries = "migration.retries";

    /// <summary>Histogram, s: manifest, operation.</summary>
    public const string SourceLatency = "migration.source.latency";

    /// <summary>Histogram, s: manifest, operation.</summary>
    public const string TargetLatency = "migration.target.latency";

    /// <summary>Gauge, {writer}: manifest. Writers that are allowed now.</summary>
    public const string Window = "migration.window";

    /// <summary>Counter, {change}: manifest, reason.</summary>
    public const string Throttle = "migration.throttle";

    /// <summary>Counter, {reconciliation}: manifest, verdict.</summary>
    public const string Reconciliations = "migration.reconciliations";

    /// <summary>Gauge, {run}, by the monitor: manifest. Runs that have not ended.</summary>
    public const string RunsActive = "migration.runs.active";

    /// <summary>Gauge, s, by the monitor: manifest. How long the ledger has not moved for a run that should be moving; absent
    /// where none should.</summary>
    public const string HeartbeatAge = "migration.run.heartbeat_age";

    /// <summary>Gauge, {row}/s, by the monitor: manifest, kind.</summary>
    public const string Throughput = "migration.run.throughput";

    /// <summary>Gauge, {run}, by the monitor: manifest. Runs of the last day over their reject limit.</summary>
    public const string RejectsOverLimit = "migration.rejects.over_limit";

    /// <summary>Gauge, s, by the monitor: connection, kind.</summary>
    public const string CredentialExpiresIn = "migration.credential.expires_in";

    /// <summary>Dimension: name of the manifest.</summary>
    public const string Manifest = "migration.manifest";

    /// <summary>Dimension: the tenant's legacy key; bounded by <see cref="TenantDimension"/>.</summary>
    public const string Tenant = "migration.tenant";

    /// <summary>Dimension: name of the entity.</summary>
    public const string Entity = "migration.entity";

    /// <summary>Dimension: read, written, rejected or filtered.</summary>
    public const string Outcome = "outcome";

    /// <summary>Dimension: direct or staged.</summary>
    public const string Path = "path";

    /// <summary>Dimension: MIGnnnn.</summary>
    public const string Code = "code";

    /// <summary>Dimension: one of the rules by which rows are rejected.</summary>
    public const string Rule = "rule";

    /// <summary>Dimension: open or commit.</summary>
    public const string Operation = "operation";

    /// <summary>Dimension: one of the kinds of <c>Throttle.KindOf</c>.</summary>
    public const string Reason = "reason";

    /// <summary>Dimension: equal, notEqual or failed.</summary>
    public const string Verdict = "verdict";

    /// <summary>Dimension: now or rehearsal; secret or token.</summary>
    public const string Kind = "kind";

    /// <summary>Dimension: Source, Target ...: a connection as the settings name it.</summary>
    public const string Connection = "connection";
}
