using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Engine;

/// <summary>Failures as they cross between activities, orchestrations and clients.</summary>
static class Failures
{
    public static string ToJson(TaskFailureDetails details) => JsonSerializer.Serialize(details);

    public static TaskFailureDetails FromJson(string json) => JsonSerializer.Deserialize<TaskFailureDetails>(json)!;

    /// <summary>
    /// A failed activity: type, message and stack only. Azure Functions parses these from the worker's text, so an
    /// inner failure is lost there, and here.
    /// </summary>
    public static TaskFailureDetails OfActivity(Exception failure) =>
        new(failure.GetType().ToString(), failure.Message, failure.StackTrace, null, null);

    public static TaskFailureDetails Missing(string kind, string name) => new(
        "System.ArgumentException",
        $"The function '{name}' doesn't exist, is disabled, or is not an {kind} function.",
        null,
        null,
        null);

    public static TaskFailureDetails AlreadyExists(string id, OrchestrationRuntimeStatus status) => new(
        "DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException",
        $"An Orchestration instance with the ID {id} already exists and is {status}.",
        null,
        null,
        null);
}

/// <summary>The failure of an activity as the cause of the exception that its caller sees.</summary>
sealed class ActivityFailureException(TaskFailureDetails details) : Exception(details.ErrorMessage), ITaskFailure
{
    public TaskFailureDetails Details { get; } = details;
}

/// <summary>An orchestrator broke the rules of replay: its instance fails, as it would in Azure.</summary>
sealed class NonDeterministicOrchestrationException(string message)
    : Exception("Non-Deterministic workflow detected: " + message), ITaskFailure
{
    TaskFailureDetails ITaskFailure.Details => new(
        "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", Message, StackTrace, null, null);
}
