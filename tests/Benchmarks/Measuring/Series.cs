namespace Benchmarks.Measuring;

/// <summary>What the rounds gave for one variant.</summary>
sealed class Series(string part, string name)
{
    readonly List<Sample> _samples = [];

    public string Part => part;

    public string Name => name;

    public IReadOnlyList<Sample> Rounds => _samples;

    public long Rows => (long)Median(s => s.Rows);

    public double Seconds => Median(s => s.Seconds);

    public double RowsPerSecond => Median(s => s.RowsPerSecond);

    public double? MegabytesPerSecond =>
        _samples.TrueForAll(s => s.Bytes > 0) ? Median(s => s.Bytes / s.Seconds / 1e6) : null;

    /// <summary>Median of the rounds' ratios to the yardstick of the same round; null for the yardstick itself.</summary>
    public double? Ratio => _samples.TrueForAll(s => s.Ratio is not null) ? Median(s => s.Ratio!.Value) : null;

    public double? LeastRatio => _samples.Min(s => s.Ratio);

    public double? GreatestRatio => _samples.Max(s => s.Ratio);

    /// <summary>Median CPU seconds of one process for a million rows.</summary>
    public double? CpuPerMillion(Func<CpuSeconds, double?> of) =>
        _samples.TrueForAll(s => s.Cpu is not null && of(s.Cpu) is not null)
            ? Median(s => of(s.Cpu!)!.Value * 1e6 / s.Rows)
            : null;

    public void Add(Sample sample) => _samples.Add(sample);

    double Median(Func<Sample, double> of) => Statistics.Median(_samples.Select(of));
}

static class Statistics
{
    /// <summary>The middle value, or the mean of the two in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? throw new ArgumentException("There is no value.", nameof(values))
            : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }
}
