using LocalRuntime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MigrationFunctions;
using MigrationFunctions.Core.Diagnostics;
using MigrationFunctions.Http;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Telemetry;
using OpenTelemetry.Trace;

namespace Migrate.Hosting;

/// <summary>The Azure app's functions on the local runtime: one process, history in one folder. A process that is ended
/// at any moment goes on where it was when it is started on the same folder again.</summary>
public static class LocalHost
{
    // In Azure the settings have to be there: no trigger has a default.
    const string NightlySchedule = "0 30 2 * * *";
    const string PurgeSchedule = "0 0 4 * * *";
    const string EveryMinute = "0 * * * * *";

    static readonly string[] EnvironmentVariables =
        ["DOTNET_ENVIRONMENT", "AZURE_FUNCTIONS_ENVIRONMENT", "ASPNETCORE_ENVIRONMENT"];

    /// <summary>Builds the host; nothing runs before it is started.</summary>
    /// <param name="url">Where to listen; port 0 takes a free one.</param>
    /// <param name="taskHubFolder">Folder of history and keys.</param>
    /// <param name="taskHubConnection">Connection string of the Azure Storage account that has the task hub; absent: that of the
    /// setting <c>Migration:TaskHubConnection</c>, or else the folder has it.</param>
    /// <param name="clock">What timers and time stamps go by; the machine's own when absent.</param>
    /// <param name="settings">Settings over those of the environment, for example <c>Migration:SourceConnection</c>.</param>
    /// <param name="environment">Name of the environment; when absent, that of DOTNET_ENVIRONMENT,
    /// AZURE_FUNCTIONS_ENVIRONMENT or ASPNETCORE_ENVIRONMENT, or Development.</param>
    /// <param name="setUp">What the caller adds to the host before the migration: services that are there already stand in
    /// for the product's own, for example its identity.</param>
    public static WebApplication Build(
        string url, string taskHubFolder, IConfigurationSource settings, LogLevel logLevel, TimeProvider? clock = null,
        string? environment = null, Action<IHostApplicationBuilder>? setUp = null, string? taskHubConnection = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory, EnvironmentName = environment ?? EnvironmentName(),
        });
        builder.WebHost.UseUrls(url);
        builder.Configuration["ReconciliationSchedule"] ??= NightlySchedule;
        builder.Configuration["HistoryPurgeSchedule"] ??= PurgeSchedule;
        builder.Configuration["MonitorSchedule"] ??= EveryMinute;
        ((IConfigurationBuilder)builder.Configuration).Add(settings);
        builder.Logging.ClearProviders().SetMinimumLevel(logLevel).AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddSimpleConsole(o => o.SingleLine = true);
        // Standard output belongs to the command's result.
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        setUp?.Invoke(builder);
        builder.Services.AddSingleton<IManagementEndpoints, LocalManagementEndpoints>();
        var connection = taskHubConnection ?? builder.Configuration["Migration:TaskHubConnection"];
        builder.Services.AddSingleton(
            connection is null ? TaskHubIdentity.InFolder(taskHubFolder) : TaskHubIdentity.OnStorage(builder.Configuration, connection));
        builder.Services.AddMigration(builder.Configuration);
        builder.Services.AddLocalRuntime(new LocalRuntimeOptions
        {
            TaskHubFolder = taskHubFolder,
            TaskHubConnection = connection,
            FunctionsAssembly = typeof(Composition).Assembly,
            HostJsonPath = Path.Combine(AppContext.BaseDirectory, "host.json"),
            FunctionKey = builder.Configuration["Migration:FunctionKey"],
            OnSeam = FaultPoint.Pass,
            TimeProvider = clock ?? TimeProvider.System,
        }, worker => worker.UseMigrationMiddleware());
        builder.AddMigrationTelemetry(telemetry => telemetry.WithTracing(t => t.AddAspNetCoreInstrumentation()));
        var app = builder.Build();
        app.MapFunctions();
        return app;
    }

    /// <summary>The same with settings that stand in memory.</summary>
    public static WebApplication Build(
        string url, string taskHubFolder, IEnumerable<KeyValuePair<string, string?>> settings, LogLevel logLevel,
        TimeProvider? clock = null, string? environment = null, Action<IHostApplicationBuilder>? setUp = null) => Build(
            url, taskHubFolder, new MemoryConfigurationSource { InitialData = settings }, logLevel, clock, environment, setUp);

    // A machine of one's own, unless one of the hosts' variables says otherwise: as Core Tools has it.
    static string EnvironmentName() =>
        new ConfigurationBuilder().AddEnvironmentVariables().Build() is var variables
        && EnvironmentVariables.Select(name => variables[name]).FirstOrDefault(name => !string.IsNullOrEmpty(name)) is { } given
            ? given
            : Environments.Development;

    /// <summary>The address that a started host listens on, with its real port.</summary>
    public static string AddressOf(WebApplication host) =>
        host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}
