using System.Diagnostics;
using System.Globalization;

namespace LocalRuntime.Tests;

/// <summary>Run by hand: <c>dotnet run --project tests/LocalRuntime.Tests -- -explicit only</c>.</summary>
public sealed class Measurements(ITestOutputHelper output)
{
    [Theory(Explicit = true)]
    [InlineData("Sequence")]
    [InlineData("Window")]
    [InlineData("FanOut")]
    public async Task Milliseconds_of_the_runtime_per_activity(string orchestrator)
    {
        await using var host = await TestHost.StartAsync();
        await host.RunAsync(orchestrator, 100);
        foreach (var activities in new[] { 500, 2_000, 8_000 })
        {
            var watch = Stopwatch.StartNew();
            var cpu = Process.GetCurrentProcess().TotalProcessorTime;
            var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, activities);
            await host.Client.WaitForInstanceCompletionAsync(id).WaitAsync(TimeSpan.FromMinutes(5));
            var used = Process.GetCurrentProcess().TotalProcessorTime - cpu;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{orchestrator} {activities}: {watch.Elapsed.TotalMilliseconds / activities:F3} ms elapsed, "
                + $"{used.TotalMilliseconds / activities:F3} ms CPU per activity"));
        }
    }
}
