using System.Reflection;

namespace LocalRuntime;

/// <summary>What a local host runs, and where it keeps its history.</summary>
public sealed class LocalRuntimeOptions
{
    /// <summary>
    /// Folder of the host: keys, and the embedded task hub. One process owns it; it is created when it is missing.
    /// </summary>
    public required string TaskHubFolder { get; init; }

    /// <summary>
    /// Connection string of an Azure Storage account whose task hub is used in place of the embedded one, by as many processes as
    /// one likes; its name and settings are those of host.json. Null: the embedded task hub.
    /// </summary>
    public string? TaskHubConnection { get; init; }

    /// <summary>Assembly whose methods with <c>[Function]</c> are hosted.</summary>
    public required Assembly FunctionsAssembly { get; init; }

    /// <summary>host.json of the app; null: the defaults of Azure Functions.</summary>
    public string? HostJsonPath { get; init; }

    /// <summary>Key that callers of HTTP functions must show; null: one is generated and kept in the folder.</summary>
    public string? FunctionKey { get; init; }

    /// <summary>Keeps orchestrators in memory between turns; false replays their whole history in every turn.</summary>
    public bool ExtendedSessions { get; init; } = true;

    /// <summary>Orchestrators kept in memory at most; the one not used for longest goes first.</summary>
    public int MaxLiveSessions { get; init; } = 256;

    /// <summary>
    /// How long a stop waits for running activities before it cancels them. They run again after the next start.
    /// </summary>
    public TimeSpan ShutdownGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Called with a seam's name (see <see cref="RuntimeSeams"/>) when execution passes it: kill tests end the process
    /// there.
    /// </summary>
    public Action<string>? OnSeam { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
