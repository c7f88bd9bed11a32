using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MigrationFunctions.Connections;

/// <summary>Keeps a host from starting with settings that it must not start with. It speaks before any other hosted
/// service starts: in Azure before the worker reports to its host, so that the app fails with the message.</summary>
sealed class ConnectionCheck(ConnectionSettings settings, ILogger<ConnectionCheck> logger) : IHostedLifecycleService
{
    /// <exception cref="SettingsException">Every problem at once.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Whoever hosts the worker may show no more of an exception than its last lines.
        foreach (var problem in settings.Problems)
            ConnectionLog.Refused(logger, problem);
        settings.ThrowIfRefused();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
