using System.Reflection;
using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Core.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace MigrationFunctions.Telemetry;

/// <summary>OpenTelemetry, set up alike in Azure and on the local host: traces, metrics and logs of one resource, sent by
/// OTLP, to Azure Monitor, or to both, as the settings say.</summary>
public static class MigrationTelemetry
{
    const string ServiceName = "MigrationFunctions";

    // What Durable Task calls its own: the engine, its client and host; and what the local host adds.
    static readonly string[] Sources =
        [Tracing.Name, "LocalRuntime", "DurableTask.Core", "Microsoft.DurableTask", QuietSpans.PostgreSql, "Azure.*"];

    static readonly string[] Meters = [Metrics.Name, QuietSpans.PostgreSql, "System.Runtime"];

    /// <summary>Adds telemetry when there is somewhere to send it; otherwise nothing listens, and nothing is paid for. With
    /// settings that are malformed the host does not start (MIG6041).</summary>
    /// <param name="ofHost">What only this host has; what follows has the last word on the resource.</param>
    public static void AddMigrationTelemetry(this IHostApplicationBuilder builder, Action<OpenTelemetryBuilder> ofHost)
    {
        var settings = TelemetrySettings.Read(builder.Configuration);
        if (!settings.IsOn)
            return;
        // The Azure SDK's spans are an experiment of its own and stay silent otherwise.
        AppContext.SetSwitch("Azure.Experimental.EnableActivitySource", true);
        AddLogFilters(builder.Logging);
        builder.Services.AddSingleton<QuietExceptions>();
        var telemetry = builder.Services.AddOpenTelemetry();
        ofHost(telemetry);
        telemetry
            .ConfigureResource(resource => Describe(resource, builder))
            .WithTracing(tracing => tracing
                .AddSource(Sources)
                .AddSqlClientInstrumentation()
                .AddProcessor(provider =>
                {
                    provider.GetRequiredService<QuietExceptions>();
                    return new QuietSpans();
                }))
            .WithMetrics(metrics => metrics.AddMeter(Meters))
            .WithLogging(null, logs => (logs.IncludeScopes, logs.IncludeFormattedMessage) = (true, true));
        if (settings.OtlpEndpoint is not null)
            telemetry.UseOtlpExporter();
        if (settings.AzureMonitor is not null)
            telemetry.UseAzureMonitorExporter(exporter => SetUp(exporter, settings, builder.Configuration));
    }

    static void SetUp(AzureMonitorExporterOptions exporter, TelemetrySettings settings, IConfiguration configuration)
    {
        exporter.ConnectionString = settings.AzureMonitor;
        if (settings.WithIdentity)
            exporter.Credential = new ManagedIdentityCredential(settings.ClientId is { } id
                ? ManagedIdentityId.FromUserAssignedClientId(id)
                : ManagedIdentityId.SystemAssigned);
        // The exporter would keep five traces a second, and one run is one trace of thousands of spans.
        if (configuration["OTEL_TRACES_SAMPLER"] is null)
            (exporter.TracesPerSecond, exporter.SamplingRatio) = (null, 1);
    }

    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last and so have the last word.
    static void Describe(ResourceBuilder resource, IHostApplicationBuilder builder) => resource
        .AddService(
            builder.Configuration["WEBSITE_SITE_NAME"] ?? ServiceName,
            serviceVersion: typeof(MigrationTelemetry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
                .InformationalVersion)
        .AddAttributes([new("deployment.environment.name", builder.Environment.EnvironmentName)])
        .AddEnvironmentVariableDetector();

    // What goes to a collector does not depend on what goes to the console.
    static void AddLogFilters(ILoggingBuilder logging)
    {
        logging.AddFilter<OpenTelemetryLoggerProvider>(null, LogLevel.Information);
        foreach (var category in (string[])["Microsoft", "System", "Azure", "Grpc"])
            logging.AddFilter<OpenTelemetryLoggerProvider>(category, LogLevel.Warning);
    }
}
