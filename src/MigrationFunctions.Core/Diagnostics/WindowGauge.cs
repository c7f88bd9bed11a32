using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace MigrationFunctions.Core.Diagnostics;

/// <summary>The gauge of the writers that are allowed: as the last batch found it, and gone when no batch has asked for a
/// while, for what nobody uses has no width.</summary>
sealed class WindowGauge
{
    static readonly TimeSpan Lasting = TimeSpan.FromMinutes(2);

    readonly ConcurrentDictionary<string, (int Writers, long At)> _latest = new(StringComparer.Ordinal);

    public WindowGauge(Meter meter) => meter.CreateObservableGauge(
        MetricNames.Window, Measure, "{writer}", "Writers that a run may have at the target now.");

    /// <summary>Notes what is allowed now.</summary>
    public void Set(string manifest, int writers) => _latest[manifest] = (writers, Stopwatch.GetTimestamp());

    IEnumerable<Measurement<long>> Measure() => _latest
        .Where(l => Stopwatch.GetElapsedTime(l.Value.At) < Lasting)
        .Select(l => new Measurement<long>(
            l.Value.Writers, new KeyValuePair<string, object?>(MetricNames.Manifest, l.Key)));
}
