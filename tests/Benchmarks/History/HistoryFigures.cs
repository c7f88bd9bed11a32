using Benchmarks.Measuring;

namespace Benchmarks.History;

/// <summary>What a run of many small batches has cost.</summary>
/// <param name="MostEvents">The longest history of any orchestration that was seen on the way.</param>
/// <param name="ProgressMilliseconds">The ledger's answer on the run's progress, at the end.</param>
sealed record HistoryFigures(
    int Batches, double Seconds, CpuSeconds Cpu, long MostEvents, double? ProgressMilliseconds)
{
    public double MillisecondsPerBatch => Seconds * 1e3 / Batches;

    public double CpuMillisecondsPerBatch => (Cpu.Own + (Cpu.Postgres ?? 0)) * 1e3 / Batches;
}
