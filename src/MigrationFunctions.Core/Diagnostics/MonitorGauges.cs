using System.Diagnostics.Metrics;

namespace MigrationFunctions.Core.Diagnostics;

/// <summary>The gauges of the monitor: they show its last look as long as that is valid. However many instances an app
/// has, only the one that looks shows them.</summary>
sealed class MonitorGauges
{
    static readonly KeyValuePair<string, object?> Now = new(MetricNames.Kind, "now");
    static readonly KeyValuePair<string, object?> Rehearsal = new(MetricNames.Kind, "rehearsal");

    volatile MonitorReading? _reading;

    public MonitorGauges(Meter meter)
    {
        meter.CreateObservableGauge(
            MetricNames.RunsActive, () => Of(r => r.ActiveRuns), "{run}", "Runs that have not ended.");
        meter.CreateObservableGauge(
            MetricNames.HeartbeatAge, () => Of(r => r.HeartbeatAges), "s",
            "Time since the ledger last moved, of runs that should be moving.");
        meter.CreateObservableGauge(
            MetricNames.Throughput, () => Of(r => r.RatesNow, Now).Concat(Of(r => r.RatesOfRehearsals, Rehearsal)),
            "{row}/s", "Rows read in a second: now, and in the newest finished rehearsal.");
        meter.CreateObservableGauge(
            MetricNames.RejectsOverLimit, () => Of(r => r.RunsOverRejectLimit), "{run}",
            "Runs of the last day that passed their reject limit.");
        meter.CreateObservableGauge(
            MetricNames.CredentialExpiresIn, Credentials, "s", "Time until a connection's credential ends.");
    }

    /// <summary>Puts a look in the place of the one before.</summary>
    public void Show(MonitorReading reading) => _reading = reading;

    MonitorReading? Valid =>
        _reading is { } reading && reading.Clock.GetUtcNow() < reading.ValidUntil ? reading : null;

    IEnumerable<Measurement<T>> Of<T>(
        Func<MonitorReading, IReadOnlyDictionary<string, T>?> part, params KeyValuePair<string, object?>[] tags)
        where T : struct =>
        Valid is { } reading && part(reading) is { } found
            ? found.Select(f => new Measurement<T>(f.Value, [new(MetricNames.Manifest, f.Key), .. tags]))
            : [];

    IEnumerable<Measurement<double>> Credentials() =>
        Valid is { } reading
            ? reading.Credentials.Select(c => new Measurement<double>(
                (c.ExpiresOn - reading.Clock.GetUtcNow()).TotalSeconds,
                new(MetricNames.Connection, c.Connection), new(MetricNames.Kind, c.Kind)))
            : [];
}
