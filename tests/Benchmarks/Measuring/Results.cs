using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Benchmarks.Measuring;

/// <summary>Shows a benchmark's figures and keeps them, every round's too, in <c>artifacts/bench/NAME.json</c>.</summary>
static class Results
{
    static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Prints a table of series and writes the file.</summary>
    /// <param name="yardstick">What ratios are to.</param>
    public static void Publish(string benchmark, Machine machine, object settings, IReadOnlyList<Series> series, string yardstick)
    {
        var table = new TextTable("part", "what", "rows", "seconds", "rows/s", "MB/s", "ratio", "least..most",
            "own", "postgres", "source", "psql");
        foreach (var s in series)
            table.Add(s.Part, s.Name, Whole(s.Rows), Two(s.Seconds), Whole(s.RowsPerSecond), One(s.MegabytesPerSecond),
                Two(s.Ratio), s.LeastRatio is null ? "" : $"{Two(s.LeastRatio)}..{Two(s.GreatestRatio)}",
                One(s.CpuPerMillion(c => c.Own)), One(s.CpuPerMillion(c => c.Postgres)),
                One(s.CpuPerMillion(c => c.Source)), One(s.CpuPerMillion(c => c.Tools)));
        Console.Out.WriteLine($"{benchmark}: medians of {series.Max(s => s.Rounds.Count)} rounds; ratio to {yardstick} in "
            + "the same round; CPU seconds for a million rows by process");
        table.Print(Console.Out);
        Write(benchmark, machine, new { settings, series });
    }

    /// <summary>Writes the file alone, for a benchmark with a table of its own.</summary>
    public static void Write(string benchmark, Machine machine, object figures)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root(), "artifacts", "bench")).FullName;
        var file = Path.Combine(folder, $"{benchmark}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(new { benchmark, machine, figures }, Json) + "\n");
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{machine.Cores} cores, {machine.OperatingSystem}, .NET {machine.Dotnet}")
            + (machine.Postgres is { } postgres ? $", PostgreSQL {postgres}" : "") + "; every round in "
            + Path.GetRelativePath(Directory.GetCurrentDirectory(), file));
    }

    public static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string One(double? value) => value?.ToString("F1", CultureInfo.InvariantCulture) ?? "";

    public static string Two(double? value) => value?.ToString("F2", CultureInfo.InvariantCulture) ?? "";

    // The repository when the benchmark is built in one, else where it was started.
    static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "MigrationFunctions.sln")))
                return at.FullName;
        return Directory.GetCurrentDirectory();
    }
}
