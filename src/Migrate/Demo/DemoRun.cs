using System.Diagnostics;
using System.Globalization;
using LocalPostgres;
using LocalRuntime;
using LocalSqlServer;
using LocalSqlServer.SchoolDatabase;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Migrate.Client;
using Migrate.Hosting;
using Migrate.Watching;
using MigrationFunctions.Contracts;

namespace Migrate.Demo;

/// <summary>Sets everything up on this machine, starts a migration by HTTP as an operator would, watches it, and tears
/// everything down again. What runs is the real thing: SqlClient over TDS, PostgreSQL by COPY, the Azure app's functions;
/// only the server behind SqlClient is a stand-in. A PostgreSQL that <c>MIGRATION_TEST_POSTGRES</c> names keeps the data.</summary>
sealed class DemoRun(CliServices services, DemoOptions options)
{
    static readonly TimeSpan RequestTimeout = TimeSpan.FromMinutes(5);
    const string Database = "schools_rehearsal_demo";

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        services.Console.Note(options.ToString());
        await using var legacy = await SqlServerStandIn.StartAsync(
            new StandInOptions { Database = SchoolDatabase.Create(options.Legacy) },
            cancellationToken);
        await using var postgres = await PostgresServer.StartAsync(null, cancellationToken);
        var target = await SampleTarget.CreateAsync(postgres, Database, cancellationToken);
        var hub = Directory.CreateTempSubdirectory("migrate-demo-");
        try
        {
            await using var host = LocalHost.Build("http://127.0.0.1:0", hub.FullName, Settings(legacy, target), LogLevel.Error);
            await host.StartAsync(cancellationToken);
            services.Console.Note(string.Create(CultureInfo.InvariantCulture,
                $"PostgreSQL {postgres.Version} and the functions on {LocalHost.AddressOf(host)} "
                + $"are up after {clock.Elapsed.TotalSeconds:F1} s."));
            var exitCode = await MigrateAsync(host, target, cancellationToken);
            if (options.Stay)
                await StayAsync(host, hub, cancellationToken);
            if (postgres.IsExternal)
                services.Console.Note($"The data stays in database {Database}.");
            await host.StopAsync(CancellationToken.None);
            return exitCode;
        }
        finally
        {
            hub.Delete(recursive: true);
        }
    }

    async Task StayAsync(WebApplication host, DirectoryInfo hub, CancellationToken cancellationToken)
    {
        services.Console.Note("Everything stays up until Ctrl+C. For commands from another terminal:");
        services.Console.Note($"export MIGRATE_URL={LocalHost.AddressOf(host)} MIGRATE_HUB={hub.FullName}");
        await host.WaitForShutdownAsync(cancellationToken);
    }

    async Task<int> MigrateAsync(WebApplication host, SampleTarget target, CancellationToken cancellationToken)
    {
        var key = host.Services.GetRequiredService<LocalRuntimeKeys>().FunctionKey;
        using var client = new MigrationClient(new ServiceAddress(
            ServiceAddress.ApiOf(LocalHost.AddressOf(host)), key, RequestTimeout), services.Clock);
        var clock = Stopwatch.StartNew();
        var started = await client.StartAsync(options.Request, cancellationToken);
        var run = await RunWatch.UntilEndAsync(services, client, started.Value.RunId, options.AsJson, cancellationToken);
        var figures = DemoFigures.Of(run, clock.Elapsed);
        if (!options.AsJson)
        {
            Output.RunOutput.Print(services.Console, run);
            services.Console.Line(string.Create(CultureInfo.InvariantCulture,
                $"{figures.Seconds:F1} s, {figures.RowsPerSecond:N0} rows/s, peak memory {figures.PeakMemoryMb} MB, stand-in included."));
        }
        if (options.Reports is { } folder)
            await DemoReports.WriteAsync(services.Console, client, folder, "migrations", run.RunId, cancellationToken);
        if (options.Verify is not { } depth || ExitCodes.Of(run) != ExitCodes.Done)
            return Tell(figures, ExitCodes.Of(run));
        var verification = new DemoVerification(services, client, options);
        var exitCode = await verification.RunAsync(target, depth, cancellationToken);
        return Tell(figures with { Verification = verification.Figures }, exitCode);
    }

    int Tell(DemoFigures figures, int exitCode)
    {
        if (options.AsJson)
            services.Console.Document(figures);
        return exitCode;
    }

    // One database serves both modes that write: its name says rehearsal.
    static Dictionary<string, string?> Settings(SqlServerStandIn legacy, SampleTarget target) => new()
    {
        ["Migration:SourceConnection"] = legacy.ConnectionString,
        ["Migration:TargetConnection"] = target.Writer,
        ["Migration:DirectConnection"] = target.Direct,
        ["Migration:RehearsalConnection"] = target.Writer,
        ["Migration:RehearsalDirectConnection"] = target.Direct,
    };
}

/// <summary>What <c>demo --json</c> prints.</summary>
sealed record DemoFigures(
    string RunId, string Status, long RowsRead, long RowsWritten, long RowsRejected, long RowsFiltered, double Seconds,
    long RowsPerSecond, long PeakMemoryMb, IReadOnlyList<TenantStatus> Tenants)
{
    /// <summary>How source and target compared afterwards.</summary>
    public VerificationFigures? Verification { get; init; }

    public static DemoFigures Of(MigrationStatus run, TimeSpan took)
    {
        using var process = Process.GetCurrentProcess();
        return new DemoFigures(
            run.RunId, run.Status, run.RowsRead, run.RowsWritten, run.RowsRejected, run.RowsFiltered,
            Math.Round(took.TotalSeconds, 3), (long)(run.RowsRead / took.TotalSeconds), process.PeakWorkingSet64 >> 20, run.Tenants);
    }
}
