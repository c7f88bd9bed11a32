using System.CommandLine;
using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Benchmarks.Measuring;
using Perfolizer.Horology;

namespace Benchmarks.Micro;

/// <summary><c>rows</c>: nanoseconds and bytes of memory for one row, by BenchmarkDotNet. It runs in this process: a build
/// of its own, as BenchmarkDotNet makes otherwise, would want more than this repository's projects give.</summary>
static class RowsCommand
{
    public static Command Create()
    {
        var command = new Command("rows", "One row encoded and digested; allocations, which must be none for fixed widths.");
        command.SetAction(_ => Run());
        return command;
    }

    static int Run()
    {
        var folder = Directory.CreateTempSubdirectory("bench-rows-");
        try
        {
            var config = ManualConfig.CreateEmpty()
                .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                    .WithWarmupCount(3).WithIterationCount(10).WithIterationTime(TimeInterval.FromMilliseconds(200)))
                .AddDiagnoser(MemoryDiagnoser.Default)
                .AddColumnProvider(DefaultColumnProviders.Instance)
                .AddLogger(NullLogger.Instance)
                .WithArtifactsPath(folder.FullName);
            return Publish(BenchmarkRunner.Run<RowBenchmark>(config));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static int Publish(Summary summary)
    {
        if (summary.HasCriticalValidationErrors || summary.Reports.Any(r => r.ResultStatistics is null))
            throw new InvalidOperationException("BenchmarkDotNet could not measure: "
                + string.Join(' ', summary.ValidationErrors.Select(e => e.Message)) + " Run it with -c Release.");
        var figures = summary.Reports.Select(r => new
        {
            Kind = (RowKind)r.BenchmarkCase.Parameters["Kind"],
            What = r.BenchmarkCase.Descriptor.WorkloadMethod.Name,
            Nanoseconds = r.ResultStatistics!.Mean,
            StandardError = r.ResultStatistics.StandardError,
            BytesAllocated = r.GcStats.GetBytesAllocatedPerOperation(r.BenchmarkCase) ?? 0,
        }).ToList();
        var table = new TextTable("row", "what", "ns", "+-", "bytes allocated");
        foreach (var f in figures)
            table.Add($"{f.Kind}", f.What, Results.One(f.Nanoseconds), Results.One(f.StandardError),
                f.BytesAllocated.ToString(CultureInfo.InvariantCulture));
        table.Print(Console.Out);
        Results.Write("rows", Machine.Of(null), figures);
        var greedy = figures.Where(f => f.Kind == RowKind.FixedWidth && f.BytesAllocated > 0).ToList();
        foreach (var f in greedy)
            Console.Error.WriteLine($"{f.What} allocates {f.BytesAllocated} bytes for a row of fixed-width columns; it must be 0.");
        return greedy.Count == 0 ? 0 : 1;
    }
}
