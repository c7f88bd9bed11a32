using DurableTask.Core;

namespace LocalRuntime.TaskHubs;

/// <summary>
/// Where a host keeps its orchestrations: what Durable Task leaves to a provider, and the status of timer functions.
/// Everything else, replay, retries, timers, suspension, continue-as-new, is DurableTask.Core's.
/// </summary>
interface ITaskHub : IAsyncDisposable
{
    /// <summary>
    /// The provider. It is an <see cref="IOrchestrationServiceClient"/>, an <c>IOrchestrationServiceQueryClient</c> and an
    /// <c>IOrchestrationServicePurgeClient</c> too.
    /// </summary>
    IOrchestrationService Service { get; }

    /// <summary>Status of the timer functions, shared by all processes on this hub.</summary>
    IScheduleStore Schedules { get; }

    /// <summary>Makes what the hub needs where it is, before its first use.</summary>
    /// <exception cref="InvalidOperationException">The hub cannot be used, and why.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Where the hub is, for a log: never a key or a signature.</summary>
    string Place { get; }
}
