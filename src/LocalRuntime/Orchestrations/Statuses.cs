using DurableTask.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Orchestrations;

/// <summary>States and failures between DurableTask.Core and the client's API, which name them alike.</summary>
static class Statuses
{
    public static OrchestrationStatus ToCore(OrchestrationRuntimeStatus status) =>
        Enum.Parse<OrchestrationStatus>(status.ToString());

    public static OrchestrationRuntimeStatus FromCore(OrchestrationStatus status) =>
        Enum.Parse<OrchestrationRuntimeStatus>(status.ToString());

    public static TaskFailureDetails? FromCore(FailureDetails? details) => details is null
        ? null
        : new TaskFailureDetails(
            details.ErrorType, details.ErrorMessage, details.StackTrace, FromCore(details.InnerFailure), details.Properties);
}
