using System.Globalization;

namespace Benchmarks;

/// <summary>One way of moving rows beside psql's COPY of the same rows into the same indexed tables.</summary>
sealed record Measurement(string What, long Rows, double Seconds, double PsqlSeconds)
{
    /// <summary>1.0 is as fast as psql.</summary>
    public double Ratio => PsqlSeconds / Seconds;
}

static class Report
{
    public static void Print(IEnumerable<Measurement> measurements)
    {
        Console.WriteLine($"{"",-28}{"rows",10}{"seconds",10}{"rows/s",10}{"psql COPY",12}{"ratio",8}");
        foreach (var m in measurements)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{m.What,-28}{m.Rows,10:N0}{m.Seconds,10:F2}{m.Rows / m.Seconds,10:N0}{m.Rows / m.PsqlSeconds,12:N0}{m.Ratio,8:F2}"));
    }
}
