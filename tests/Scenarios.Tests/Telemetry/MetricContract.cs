using OpenTelemetry.Metrics;

namespace Scenarios.Tests.Telemetry;

/// <summary>What the migration promises to dashboards and alert rules: every instrument with its kind, unit and
/// dimensions.</summary>
static class MetricContract
{
    const string Manifest = "migration.manifest";
    const string Tenant = "migration.tenant";
    const string Entity = "migration.entity";

    public static IReadOnlyList<Promise> All { get; } =
    [
        new("migration.rows", MetricType.LongSum, "{row}", [Manifest, Tenant, Entity, "outcome"]),
        new("migration.bytes", MetricType.LongSum, "By", [Manifest, Tenant, Entity]),
        new("migration.batch.duration", MetricType.Histogram, "s", [Manifest, Entity, "path"]),
        new("migration.batch.failures", MetricType.LongSum, "{failure}", [Manifest, Entity, "code"]),
        new("migration.rejects", MetricType.LongSum, "{row}", [Manifest, Tenant, Entity, "rule"]),
        new("migration.retries", MetricType.LongSum, "{retry}", [Manifest, Entity]),
        new("migration.source.latency", MetricType.Histogram, "s", [Manifest, "operation"]),
        new("migration.target.latency", MetricType.Histogram, "s", [Manifest, "operation"]),
        new("migration.window", MetricType.LongGauge, "{writer}", [Manifest]),
        new("migration.throttle", MetricType.LongSum, "{change}", [Manifest, "reason"]),
        new("migration.reconciliations", MetricType.LongSum, "{reconciliation}", [Manifest, "verdict"]),
        new("migration.runs.active", MetricType.LongGauge, "{run}", [Manifest]),
        new("migration.run.heartbeat_age", MetricType.DoubleGauge, "s", [Manifest]),
        new("migration.run.throughput", MetricType.DoubleGauge, "{row}/s", [Manifest, "kind"]),
        new("migration.rejects.over_limit", MetricType.LongGauge, "{run}", [Manifest]),
        new("migration.credential.expires_in", MetricType.DoubleGauge, "s", ["connection", "kind"]),
    ];
}

/// <summary>One instrument.</summary>
sealed record Promise(string Name, MetricType Type, string Unit, IReadOnlyList<string> Dimensions)
{
    /// <summary>Its names in Prometheus, as the OpenTelemetry specification translates them.</summary>
    public IEnumerable<string> PrometheusNames
    {
        get
        {
            var name = Name.Replace('.', '_') + Unit switch
            {
                "s" => "_seconds", "By" => "_bytes", "{row}/s" => "_per_second", _ => "",
            };
            // A name that says its unit already does not say it twice.
            name = name.Replace("_bytes_bytes", "_bytes", StringComparison.Ordinal);
            return Type switch
            {
                MetricType.Histogram => [name + "_bucket", name + "_sum", name + "_count"],
                MetricType.LongSum => [name + "_total"],
                _ => [name],
            };
        }
    }

    /// <summary>Its dimensions as Prometheus labels.</summary>
    public IEnumerable<string> PrometheusLabels => Dimensions.Select(d => d.Replace('.', '_'));
}
