using Microsoft.Extensions.Logging;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>What an embedded task hub is made with.</summary>
sealed record SqliteTaskHubSettings
{
    /// <summary>One process owns it; it is created when it is missing.</summary>
    public required string Folder { get; init; }

    public required int MaxConcurrentOrchestrations { get; init; }

    public required int MaxConcurrentActivities { get; init; }

    /// <summary>Keeps orchestrations in memory between turns; false replays their whole history in every turn.</summary>
    public bool ExtendedSessions { get; init; } = true;

    /// <summary>Orchestrations kept in memory at most; the one not used for longest goes first.</summary>
    public int MaxLiveSessions { get; init; } = 256;

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    public required ILoggerFactory LoggerFactory { get; init; }
}
