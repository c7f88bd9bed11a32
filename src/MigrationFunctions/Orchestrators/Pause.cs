using Microsoft.DurableTask;
using MigrationFunctions.Contracts;

namespace MigrationFunctions.Orchestrators;

/// <summary>Rests until work that was put off may go on. An operator who changes the run's limits ends the rest.</summary>
static class Pause
{
    /// <summary>Event that ends a rest early: the limits have changed.</summary>
    public const string Adjusted = "Adjusted";

    // Whoever misses the event looks again by himself.
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static async Task UntilAsync(TaskOrchestrationContext context, Deferral deferral)
    {
        var rest = deferral.NotBefore.UtcDateTime - context.CurrentUtcDateTime;
        if (rest <= TimeSpan.Zero)
            return;
        context.SetCustomStatus(new { waitsUntil = deferral.NotBefore, deferral.Reason });
        try
        {
            await context.WaitForExternalEvent<string>(Adjusted, rest < Longest ? rest : Longest);
        }
        catch (OperationCanceledException)
        {
            // The time has come.
        }
        context.SetCustomStatus(null);
    }
}
