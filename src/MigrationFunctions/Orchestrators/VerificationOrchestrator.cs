using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;

namespace MigrationFunctions.Orchestrators;

/// <summary>Verifies a run's entities one after the other, when its tenants have ended. One that cannot be verified is a failure: the
/// verdict of a run is never better than what was looked at.</summary>
public static class VerificationOrchestrator
{
    // With their retries far below 500 events of history.
    const int EntitiesInTurn = 60;

    /// <summary>Returns the first failure, or null.</summary>
    [Function(nameof(VerifyRun))]
    public static async Task<string?> VerifyRun([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = context.GetInput<VerificationState>()!;
        try
        {
            for (var entity = state.NextEntity; entity < state.NextEntity + EntitiesInTurn; entity++)
            {
                var verification = await context.CallAsync<Verification>(
                    Patience.OfCompletion, nameof(VerifyActivity.VerifyEntity), new VerificationRequest(state.Run, entity));
                if (verification.Failure is not null || verification.IsLast)
                    return verification.Failure;
            }
        }
        catch (TaskFailedException e)
        {
            return Failure.Describe(e);
        }
        context.ContinueAsNew(state with { NextEntity = state.NextEntity + EntitiesInTurn });
        return null;
    }
}

/// <summary>Input of a verification's orchestration, carried from turn to turn.</summary>
public sealed record VerificationState(RunRef Run, int NextEntity = 0);
