using System.CommandLine;
using Benchmarks.Servers;
using Benchmarks.Skew;
using Benchmarks.Throughput;

var root = new RootCommand("Measures the migration on this machine; figures compare what one run has measured by turns.")
{
    ThroughputCommand.Create(), SkewCommand.Create(), LegacyServer.CreateCommand(),
};
return await root.Parse(args).InvokeAsync();
