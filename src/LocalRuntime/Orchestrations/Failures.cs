using DurableTask.Core;

namespace LocalRuntime.Orchestrations;

/// <summary>The failures that the host itself reports, in the words of the Functions host.</summary>
static class Failures
{
    public static FailureDetails IllegalAwait { get; } = new(
        typeof(InvalidOperationException).FullName!, OrchestratorContext.IllegalAwait, null, null, isNonRetriable: false);

    /// <summary>
    /// A failed activity: type, message and stack only. Azure Functions parses these from the worker's text, so an inner failure
    /// is lost there, and here.
    /// </summary>
    public static FailureDetails OfActivity(Exception failure) => new(
        failure.GetType().ToString(), failure.Message, failure.StackTrace, null, isNonRetriable: false);

    public static FailureDetails Terminated(string instanceId) => new(
        "DurableTask.Core.Exceptions.OrchestrationTerminatedException",
        $"The orchestration '{instanceId}' was terminated.",
        null,
        null,
        isNonRetriable: false);

    public static FailureDetails Missing(string kind, string name) => new(
        typeof(ArgumentException).FullName!,
        $"The function '{name}' doesn't exist, is disabled, or is not an {kind} function.",
        null,
        null,
        isNonRetriable: false);
}
