using DurableTask.Core;

namespace LocalRuntime.TaskHubs;

/// <summary>Which states of an instance are its last, and which are not.</summary>
static class OrchestrationStates
{
    public static OrchestrationStatus[] NotEnded { get; } =
        [OrchestrationStatus.Pending, OrchestrationStatus.Running, OrchestrationStatus.Suspended];

    public static bool HasEnded(this OrchestrationStatus status) => status is OrchestrationStatus.Completed
        or OrchestrationStatus.Failed or OrchestrationStatus.Terminated or OrchestrationStatus.Canceled;
}
