namespace MigrationFunctions.Core.Diagnostics;

/// <summary>What the monitor found out in one look. A part that could not be had is null: its gauge is left out, for a
/// zero would be a lie.</summary>
/// <param name="Clock">What <paramref name="ValidUntil"/> goes by.</param>
/// <param name="ValidUntil">From then on the gauges are left out: another process may be the one that looks.</param>
public sealed record MonitorReading(TimeProvider Clock, DateTimeOffset ValidUntil)
{
    /// <summary>Runs that have not ended, by manifest.</summary>
    public IReadOnlyDictionary<string, long>? ActiveRuns { get; init; }

    /// <summary>Seconds since the ledger last moved, by manifest; absent where no run should be
    /// moving.</summary>
    public IReadOnlyDictionary<string, double>? HeartbeatAges { get; init; }

    /// <summary>Rows in a second now, by manifest.</summary>
    public IReadOnlyDictionary<string, double>? RatesNow { get; init; }

    /// <summary>Rows in a second of the newest rehearsal that has finished, by manifest.</summary>
    public IReadOnlyDictionary<string, double>? RatesOfRehearsals { get; init; }

    /// <summary>Runs of the last day over their reject limit, by manifest.</summary>
    public IReadOnlyDictionary<string, long>? RunsOverRejectLimit { get; init; }

    /// <summary>Credentials that say when they end.</summary>
    public IReadOnlyList<CredentialExpiry> Credentials { get; init; } = [];
}
