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

    /// <summary>
    /// The failure of an instance that has failed. Azure Storage keeps of it what DurableTask.Core writes into the output: its type
    /// and message.
    /// </summary>
    public static TaskFailureDetails FailureOf(OrchestrationState failed)
    {
        if (FromCore(failed.FailureDetails) is { } details)
        {
            return details;
        }

        var text = failed.Output ?? string.Empty;
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        return colon < 0
            ? new TaskFailureDetails("None", text, null, null, null)
            : new TaskFailureDetails(text[..colon], text[(colon + 2)..], null, null, null);
    }

    static TaskFailureDetails? FromCore(FailureDetails? details) => details is null
        ? null
        : new TaskFailureDetails(
            details.ErrorType, details.ErrorMessage, details.StackTrace, FromCore(details.InnerFailure), details.Properties);
}
