using System.Globalization;

namespace Benchmarks.Measuring;

/// <summary>One way of doing the work of a part.</summary>
sealed record Variant(string Name, Func<CancellationToken, Task<Sample>> MeasureAsync);

/// <summary>Variants that are compared with one yardstick, measured just before them in every round.</summary>
sealed record Part(string Name, Variant? Yardstick, IReadOnlyList<Variant> Variants);

/// <summary>Measures in rounds: yardstick and variants by turns, so that a machine whose speed drifts does not favour
/// either. A ratio compares two measurements of the same round.</summary>
static class Rounds
{
    public static async Task<IReadOnlyList<Series>> MeasureAsync(
        IReadOnlyList<Part> parts, int rounds, CancellationToken cancellationToken)
    {
        var all = new List<Series>();
        foreach (var part in parts)
        {
            var yardstick = part.Yardstick is { } y ? (Variant: y, Series: new Series(part.Name, y.Name)) : default;
            var series = part.Variants.Select(v => new Series(part.Name, v.Name)).ToList();
            for (var round = 1; round <= rounds; round++)
            {
                Sample? standard = null;
                if (part.Yardstick is not null)
                {
                    standard = await yardstick.Variant.MeasureAsync(cancellationToken);
                    Add(yardstick.Series, standard, round);
                }
                foreach (var (variant, of) in part.Variants.Zip(series))
                {
                    var sample = await variant.MeasureAsync(cancellationToken);
                    Add(of, sample with { Ratio = sample.RowsPerSecond / standard?.RowsPerSecond }, round);
                }
            }
            if (part.Yardstick is not null)
                all.Add(yardstick.Series);
            all.AddRange(series);
        }
        return all;
    }

    static void Add(Series series, Sample sample, int round)
    {
        series.Add(sample);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"round {round}  {series.Part}: {series.Name}  {sample.Seconds:F2} s  {sample.RowsPerSecond:N0} rows/s")
            + (sample.Ratio is { } ratio ? string.Create(CultureInfo.InvariantCulture, $"  ratio {ratio:F2}") : ""));
    }
}
