using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace MigrationFunctions.Orchestrators;

/// <summary>Calls of activities that are tried again as <see cref="Patience"/> has it. The attempts after the first one are
/// made by an orchestration of their own: an outage of any length costs its caller's history two calls.</summary>
public static class PatientCalls
{
    /// <exception cref="TaskFailedException">What cannot heal, or did not in time.</exception>
    internal static async Task<T> CallAsync<T>(
        this TaskOrchestrationContext context, Patience patience, string activity, object input)
    {
        try
        {
            return await context.CallActivityAsync<T>(activity, input);
        }
        catch (TaskFailedException e) when (patience.PauseAfter(1, e.FailureDetails) is { } pause)
        {
            return await context.CallSubOrchestratorAsync<T>(
                nameof(TryAgain), new CallToTryAgain(activity, JsonSerializer.SerializeToElement(input), patience, pause),
                new SubOrchestrationOptions { InstanceId = InstanceIds.TryAgain(context.InstanceId, context.NewGuid()) });
        }
    }

    /// <inheritdoc cref="CallAsync{T}"/>
    internal static Task CallAsync(this TaskOrchestrationContext context, Patience patience, string activity, object input) =>
        context.CallAsync<object?>(patience, activity, input);

    /// <summary>Tries a call again that has failed once.</summary>
    [Function(nameof(TryAgain))]
    public static async Task<JsonElement?> TryAgain([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var call = context.GetInput<CallToTryAgain>()!;
        TimeSpan? pause = call.Pause;
        for (var failures = 1; ; failures++)
        {
            await context.CreateTimer(pause.Value, CancellationToken.None);
            try
            {
                return await context.CallActivityAsync<JsonElement?>(call.Activity, call.Input);
            }
            catch (TaskFailedException e)
            {
                pause = call.Patience.PauseAfter(failures + 1, e.FailureDetails);
                if (pause is null)
                    throw call.Patience.GaveUp(failures + 1, e);
            }
        }
    }
}

/// <summary>Input of the orchestration that tries an activity again.</summary>
/// <param name="Pause">Before the next attempt.</param>
sealed record CallToTryAgain(string Activity, JsonElement Input, Patience Patience, TimeSpan Pause);
