using System.CommandLine;
using Benchmarks.History;
using Benchmarks.Memory;
using Benchmarks.Micro;
using Benchmarks.Servers;
using Benchmarks.Skew;
using Benchmarks.Throughput;

var root = new RootCommand("Measures the migration on this machine; figures compare what one run has measured by turns.")
{
    ThroughputCommand.Create(), SkewCommand.Create(), HistoryCommand.Create(), MemoryCommand.Create(),
    RowsCommand.Create(), LegacyServer.CreateCommand(),
};
return await root.Parse(args).InvokeAsync();
