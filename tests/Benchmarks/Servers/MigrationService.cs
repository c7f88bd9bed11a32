using System.Text.Json;
using Benchmarks.Measuring;
using LocalRuntime;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Migrate.Client;
using Migrate.Demo;
using Migrate.Hosting;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Starting;

namespace Benchmarks.Servers;

/// <summary>The functions on the local runtime in this process, asked by HTTP as an operator would.</summary>
sealed class MigrationService : IAsyncDisposable
{
    // Often enough: the time of a run is what its record says, and every question costs CPU that is being measured.
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(60);

    readonly WebApplication _host;
    readonly MigrationClient _client;
    readonly DirectoryInfo _hub;
    readonly SampleTarget _target;

    MigrationService(WebApplication host, MigrationClient client, DirectoryInfo hub, SampleTarget target) =>
        (_host, _client, _hub, _target) = (host, client, hub, target);

    /// <summary>Folder of the task hub.</summary>
    public string HubFolder => _hub.FullName;

    public static async Task<MigrationService> StartAsync(
        string source, SampleTarget target, CancellationToken cancellationToken)
    {
        var hub = Directory.CreateTempSubdirectory("bench-hub-");
        var host = LocalHost.Build("http://127.0.0.1:0", hub.FullName, new Dictionary<string, string?>
        {
            ["Migration:SourceConnection"] = source,
            ["Migration:TargetConnection"] = target.Writer,
            ["Migration:DirectConnection"] = target.Direct,
        }, LogLevel.Error);
        await Patience.WaitAsync(host.StartAsync, StopLimit, "the functions' host to start", cancellationToken);
        var key = host.Services.GetRequiredService<LocalRuntimeKeys>().FunctionKey;
        var address = new ServiceAddress(ServiceAddress.ApiOf(LocalHost.AddressOf(host)), key, TimeSpan.FromSeconds(100));
        return new MigrationService(host, new MigrationClient(address, TimeProvider.System), hub, target);
    }

    /// <summary>Starts a run and waits for its end.</summary>
    /// <param name="limit">How long the run may take.</param>
    /// <param name="watch">Sees every status on the way.</param>
    /// <exception cref="TimeoutException">It took longer; the message has what could be seen of it.</exception>
    /// <exception cref="InvalidOperationException">The run failed, or its account does not balance.</exception>
    public async Task<MigrationStatus> RunAsync(
        StartRequest request, TimeSpan limit, Action<MigrationStatus>? watch, CancellationToken cancellationToken)
    {
        var runId = (await _client.StartAsync(request, cancellationToken)).Value.RunId;
        var run = await Patience.WaitAsync(
            token => UntilEndAsync(runId, watch, token), limit, $"run {runId} to end", token => DescribeAsync(runId, token),
            cancellationToken);
        return run.IsConserved && run.Failure is null
            ? run
            : throw new InvalidOperationException($"Run {runId} ended {run.Status}: {run.Failure}");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Patience.WaitAsync(_host.StopAsync, StopLimit, "the functions' host to stop", CancellationToken.None);
        await Patience.WaitAsync(
            async _ => await _host.DisposeAsync(), StopLimit, "the functions' host to be gone", CancellationToken.None);
        _hub.Delete(recursive: true);
    }

    async Task<MigrationStatus> UntilEndAsync(
        string runId, Action<MigrationStatus>? watch, CancellationToken cancellationToken)
    {
        while (true)
        {
            var run = (await _client.GetRunAsync(runId, cancellationToken)).Value;
            watch?.Invoke(run);
            if (run.FinishedAt is not null)
                return run;
            await Task.Delay(Pause, cancellationToken);
        }
    }

    // What tells a lost wake-up from a starved pool, a lock in PostgreSQL and a source that does not answer.
    async Task<string> DescribeAsync(string runId, CancellationToken cancellationToken)
    {
        var backends = await TargetServer.DescribeAsync(_target.Admin,
            """
            SELECT pid, state, wait_event_type, wait_event, now() - state_change, left(query, 120)
            FROM pg_stat_activity WHERE datname = current_database() ORDER BY pid
            """, cancellationToken);
        var ledger = await TargetServer.DescribeAsync(_target.Admin,
            """
            SELECT entity, tenant_key, state, count(*), max(planned_at), max(done_at)
            FROM migration.batch_state GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            """, cancellationToken);
        var history = TaskHub.OpenInstances(HubFolder);
        var status = await _client.GetRunAsync(runId, cancellationToken);
        return $"""
            Threads: {ThreadPool.ThreadCount} in the pool, {ThreadPool.PendingWorkItemCount} items waiting.
            PostgreSQL's sessions:
            {backends}
            Ledger:
            {ledger}
            Orchestrations and activities that have not ended:
            {history}
            Status: {JsonSerializer.Serialize(status.Body)}
            """;
    }
}
