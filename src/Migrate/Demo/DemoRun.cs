using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using LocalPostgres;
using LocalRuntime;
using LocalSqlServer;
using LocalSqlServer.SchoolDatabase;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Migrate.Hosting;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Manifests;

namespace Migrate.Demo;

/// <summary>Sets everything up on this machine, starts a migration by HTTP as an operator would, watches it, and tears
/// everything down again. What runs is the real thing: SqlClient over TDS, PostgreSQL by COPY, the Azure app's functions.</summary>
sealed class DemoRun(DemoOptions options)
{
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        Say($"Generating a legacy school database: {options.Rows:N0} rows, {options.Districts} districts, seed {options.Seed}");
        await using var legacy = await SqlServerStandIn.StartAsync(
            new StandInOptions { Database = SchoolDatabase.Create(new SchoolOptions(options.Seed, options.Rows, options.Districts)) },
            cancellationToken);
        Say("Starting PostgreSQL");
        await using var postgres = await PostgresServer.StartAsync(null, cancellationToken);
        var target = await SampleTarget.CreateAsync(postgres, "schools_rehearsal_demo", cancellationToken);
        var hub = Directory.CreateTempSubdirectory("migrate-demo-");
        try
        {
            await using var host = LocalHost.Build("http://127.0.0.1:0", hub.FullName, Settings(legacy, target), Environment.CommandLine.Contains("--mode") ? LogLevel.Debug : LogLevel.Warning);
            await host.StartAsync(cancellationToken);
            Say($"Ready after {clock.Elapsed.TotalSeconds:F1} s: PostgreSQL {postgres.Version}, functions on {LocalHost.AddressOf(host)}");
            using var http = new HttpClient { BaseAddress = new Uri(LocalHost.AddressOf(host)) };
            http.DefaultRequestHeaders.Add("x-functions-key", host.Services.GetRequiredService<LocalRuntimeKeys>().FunctionKey);
            var migrating = Stopwatch.StartNew();
            using var answer = await http.PostAsJsonAsync("/api/migrations",
                new { manifest = "school-district", mode = options.Mode }, ManifestJson.Options, cancellationToken);
            var body = await answer.Content.ReadAsStringAsync(cancellationToken);
            Console.Error.WriteLine(body);
            using var started = JsonDocument.Parse(body);
            var runId = started.RootElement.GetProperty("runId").GetString();
            MigrationStatus? status;
            do
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
                status = await http.GetFromJsonAsync<MigrationStatus>($"/api/migrations/{runId}", ManifestJson.Options, cancellationToken);
            } while (status!.FinishedAt is null);
            Console.WriteLine(JsonSerializer.Serialize(status, ManifestJson.Options));
            Console.WriteLine($"{migrating.Elapsed.TotalSeconds:F1}s peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");
            await host.StopAsync(cancellationToken);
            return 0;
        }
        finally
        {
            hub.Delete(recursive: true);
        }
    }

    static Dictionary<string, string?> Settings(SqlServerStandIn legacy, SampleTarget target) => new()
    {
        ["Migration:SourceConnection"] = legacy.ConnectionString,
        ["Migration:TargetConnection"] = target.Writer,
        ["Migration:DirectConnection"] = target.Direct,
        ["Migration:RehearsalConnection"] = target.Writer,
        ["Migration:RehearsalDirectConnection"] = target.Direct,
    };

    void Say(string text)
    {
        if (!options.AsJson)
            Console.Error.WriteLine(text);
    }
}
