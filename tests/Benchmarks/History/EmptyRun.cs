using Benchmarks.Measuring;
using Benchmarks.Servers;
using LocalRuntime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Orchestrators;

namespace Benchmarks.History;

/// <summary>One entity's orchestration over empty activities.</summary>
static class EmptyRun
{
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    public static async Task<HistoryFigures> MeasureAsync(int batches, TimeSpan limit, CancellationToken cancellationToken)
    {
        EmptyActivities.Batches = batches;
        var hub = Directory.CreateTempSubdirectory("bench-history-");
        try
        {
            await using var host = Build(hub.FullName);
            await host.StartAsync(cancellationToken);
            var client = host.Services.GetRequiredService<DurableTaskClient>();
            using var watch = new HistoryWatch(hub.FullName);
            var cpu = Environment.CpuUsage.TotalTime;
            var clock = System.Diagnostics.Stopwatch.StartNew();
            var id = await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(EntityOrchestrator.MigrateEntity), new EntityState(Entity()), cancellationToken);
            var ended = await Patience.WaitAsync(
                token => client.WaitForInstanceCompletionAsync(id, false, token), limit,
                $"{batches} empty batches to end", _ => Task.FromResult(TaskHub.OpenInstances(hub.FullName)), cancellationToken);
            var seconds = clock.Elapsed.TotalSeconds;
            var used = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
            if (ended.RuntimeStatus != OrchestrationRuntimeStatus.Completed)
                throw new InvalidOperationException($"The orchestration ended {ended.RuntimeStatus}: {ended.FailureDetails}");
            await Patience.WaitAsync(host.StopAsync, StopLimit, "the runtime to stop", cancellationToken);
            return new HistoryFigures(batches, seconds, new CpuSeconds(used, null, null, null), watch.Most, null);
        }
        finally
        {
            hub.Delete(recursive: true);
        }
    }

    static WebApplication Build(string hub)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddLocalRuntime(new LocalRuntimeOptions
        {
            TaskHubFolder = hub,
            FunctionsAssembly = typeof(EmptyActivities).Assembly,
            HostJsonPath = Path.Combine(AppContext.BaseDirectory, "host.json"),
        });
        var app = builder.Build();
        app.MapFunctions();
        return app;
    }

    static EntityRef Entity() => new(
        new TenantRef(
            new RunRef("20260301-080000-0a1b2c3d", RunMode.Full), new Guid("6f1c7d0e-5a35-5a0b-9b6c-3f8f2a1d4e77"), "17"),
        "assessment_result");
}
