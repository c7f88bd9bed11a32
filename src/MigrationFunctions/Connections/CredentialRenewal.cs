using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Core.Connections;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Connections;

/// <summary>Renews what connections log in with before it ends, so that no login waits for it. A renewal that fails is
/// logged and tried again a minute later; the kept credential serves on.</summary>
sealed class CredentialRenewal(ConnectionCredentials credentials, TimeProvider clock, ILogger<CredentialRenewal> logger)
    : BackgroundService
{
    static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await Task.WhenAll(credentials.All.Select(c => RenewAsync(c.Key, c.Value, stoppingToken)));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    async Task RenewAsync(ConnectionName name, KeptCredential credential, CancellationToken cancellationToken)
    {
        var before = credential.Current?.Version;
        try
        {
            if (await credential.RenewIfDueAsync(cancellationToken) && credential.Current?.Version is { } version
                && version != before)
                ConnectionLog.Rotated(logger, name, version);
        }
        catch (MigrationException e)
        {
            ConnectionLog.NotRenewed(logger, name, credential.Kind, e.Message);
        }
    }
}
