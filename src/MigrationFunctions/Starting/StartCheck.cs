using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Connections;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Http;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Telemetry;

namespace MigrationFunctions.Starting;

/// <summary>Keeps a host from starting with settings that it must not start with. It speaks before any other hosted
/// service starts: in Azure before the worker reports to its host, so that the app fails with the message.</summary>
public sealed class StartCheck(ConnectionSettings connections, IConfiguration configuration, ILogger<StartCheck> logger)
    : IHostedLifecycleService
{
    /// <summary>Everything that forbids to start. No value is repeated of a setting that may hold a secret.</summary>
    public IReadOnlyList<Problem> Problems => field ??=
    [
        .. connections.Problems,
        .. AccessRules.Check(configuration),
        .. SettingReader.Check(configuration, WorkSettings.From),
        .. SettingReader.Check(configuration, PublicAddress.From),
        .. TelemetrySettings.Read(configuration).Problems,
    ];

    /// <exception cref="SettingsException">Every problem at once.</exception>
    public void ThrowIfRefused()
    {
        if (Problems.Count > 0)
            throw new SettingsException(Problems);
    }

    /// <exception cref="SettingsException">Every problem at once.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Whoever hosts the worker may show no more of an exception than its last lines.
        foreach (var problem in Problems)
            Log.Refused(logger, problem);
        ThrowIfRefused();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
