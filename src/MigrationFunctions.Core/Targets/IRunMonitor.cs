using MigrationFunctions.Core.Ledger;

namespace MigrationFunctions.Core.Targets;

/// <summary>How all runs of a target are doing, asked every minute: each call is one query with a time-out of a few
/// seconds, and none of them locks anything. Rehearsals are kept apart, for both kinds may share a database.</summary>
public interface IRunMonitor
{
    /// <summary>Runs that have not ended, by manifest; 0 for a manifest all of whose runs have.</summary>
    Task<IReadOnlyDictionary<string, long>> CountActiveAsync(bool rehearsals, CancellationToken cancellationToken);

    /// <summary>The runs that have not ended, with what their batches did.</summary>
    Task<IReadOnlyList<ActiveRun>> GetActiveAsync(bool rehearsals, CancellationToken cancellationToken);

    /// <summary>Rows read in a second by the newest rehearsal that was completed, by manifest; a manifest without one is
    /// absent.</summary>
    Task<IReadOnlyDictionary<string, double>> GetRehearsalRatesAsync(CancellationToken cancellationToken);

    /// <summary>Runs that were requested within the time and have a tenant with more open rejections than they may, by
    /// manifest; 0 for a manifest without one.</summary>
    Task<IReadOnlyDictionary<string, long>> CountOverRejectLimitAsync(
        bool rehearsals, TimeSpan within, CancellationToken cancellationToken);
}

/// <summary>A run that has not ended. Times are the database's.</summary>
/// <param name="Limits">As they are in force.</param>
/// <param name="Tenants">A tenant of each time zone that still has something to do, by its zone; empty when all tenants
/// have ended and only indexes are left to be made.</param>
/// <param name="IdleTime">Since a batch of the run was committed last, or since the run was requested.</param>
/// <param name="RowsPerSecond">Of the batches committed within <see cref="LiveFigures.Window"/>.</param>
public sealed record ActiveRun(
    string RunId, string Manifest, Limits.RunLimits Limits, IReadOnlyList<MonitoredTenant> Tenants, TimeSpan IdleTime,
    double RowsPerSecond);

/// <summary>A tenant that stands for those of its time zone.</summary>
public sealed record MonitoredTenant(string Key, string? TimeZone);
