using System.Runtime.InteropServices;

namespace Benchmarks.Measuring;

/// <summary>Where figures were measured; none of it names the machine.</summary>
sealed record Machine(
    int Cores, string? Processor, long MemoryMb, string OperatingSystem, string Dotnet, string? Postgres, bool ServerGc,
    DateTimeOffset At)
{
    public static Machine Of(Version? postgres) => new(
        Environment.ProcessorCount, ProcessorName(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20,
        RuntimeInformation.OSDescription.Split('#')[0].TrimEnd(), Environment.Version.ToString(), postgres?.ToString(),
        System.Runtime.GCSettings.IsServerGC, TimeProvider.System.GetUtcNow());

    static string? ProcessorName() =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1].Trim()
            : null;
}
