using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Core.Connections;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Connections;

/// <summary>Fetches what connections log in with, of all that are set, and renews it before it ends: no login waits for it,
/// and every instance knows when each ends, also one that only looks. What fails is logged and tried again a minute later;
/// the kept credential serves on.</summary>
sealed class CredentialRenewal(ConnectionCredentials credentials, TimeProvider clock, ILogger<CredentialRenewal> logger)
    : BackgroundService
{
    static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            do
                await Task.WhenAll(credentials.All.Select(c => RenewAsync(c.Key, c.Value, stoppingToken)));
            while (await timer.WaitForNextTickAsync(stoppingToken));
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
            if (await credential.RenewIfDueAsync(cancellationToken) && before is not null
                && credential.Current?.Version is { } version && version != before)
                Log.Rotated(logger, name, version);
        }
        catch (MigrationException e)
        {
            Log.NotFetched(logger, name, credential.Kind, e.Message);
        }
    }
}
