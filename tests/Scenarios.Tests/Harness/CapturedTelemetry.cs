using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MigrationFunctions.Core.Diagnostics;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Scenarios.Tests.Harness;

/// <summary>Everything that a host sends: what it would give to a collector is kept here beside. Meters and sources are
/// those of the process, so tests that capture run alone, in collection <see cref="Collection"/>.</summary>
public sealed class CapturedTelemetry
{
    public const string Collection = "captured telemetry";

    readonly List<Activity> _spans = [];
    readonly List<MetricSnapshot> _metrics = [];
    readonly List<LogRecord> _logs = [];
    readonly StringBuilder _logText = new();
    MeterProvider? _meters;

    /// <summary>Of hosts that have been stopped, and what else has ended.</summary>
    public IReadOnlyList<Activity> Spans => [.. _spans];

    public IReadOnlyList<MetricSnapshot> Metrics => [.. _metrics];

    /// <summary>Every log record as a collector sees it, and as a console would print it.</summary>
    public string LogText => _logText.ToString();

    /// <summary>Sends telemetry to a collector that is not there, as a host does that has lost its own. What a monitor of
    /// another test has seen is forgotten.</summary>
    public static void Enable(Scenario scenario)
    {
        scenario.Settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1";
        MigrationFunctions.Core.Diagnostics.Metrics.Show(new MonitorReading(TimeProvider.System, DateTimeOffset.MinValue));
    }

    /// <summary>Adds itself to a host's exporters.</summary>
    public void AddTo(IHostApplicationBuilder host)
    {
        host.Services.ConfigureOpenTelemetryTracerProvider(t => t.AddInMemoryExporter(_spans));
        host.Services.ConfigureOpenTelemetryMeterProvider((provider, meters) => meters.AddInMemoryExporter(_metrics));
        host.Services.ConfigureOpenTelemetryLoggerProvider(
            logs => logs.AddProcessor(new Recorder(_logText)));
        host.Services.AddHostedService(
            provider => new AtStart(() => _meters = provider.GetRequiredService<MeterProvider>()));
    }

    /// <summary>What is measured at this moment, in addition to what was before.</summary>
    public IReadOnlyList<MetricSnapshot> Measure()
    {
        _meters!.ForceFlush();
        return Metrics;
    }

    sealed class Recorder(StringBuilder text) : OpenTelemetry.BaseProcessor<LogRecord>
    {
        public override void OnEnd(LogRecord data)
        {
            lock (text)
            {
                text.Append(data.CategoryName).Append(' ').Append(data.EventId.Id).Append(' ').Append(data.Body).Append(' ')
                    .Append(data.FormattedMessage);
                foreach (var (name, value) in data.Attributes ?? [])
                    text.Append(' ').Append(name).Append('=').Append(value);
                data.ForEachScope(
                    (scope, all) =>
                    {
                        foreach (var (name, value) in scope)
                            all.Append(' ').Append(name).Append('=').Append(value);
                    }, text);
                text.Append(' ').Append(data.Exception).Append('\n');
            }
        }
    }

    sealed class AtStart(Action act) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            act();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

[CollectionDefinition(CapturedTelemetry.Collection, DisableParallelization = true)]
public sealed class CapturedTelemetryCollection;
