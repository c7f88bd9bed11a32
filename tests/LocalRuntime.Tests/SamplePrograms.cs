using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace LocalRuntime.Tests;

/// <summary>An orchestrator whose calls are its input, for random programs.</summary>
static class SamplePrograms
{
    /// <summary>Does one step for each letter of its input, and says what came of each.</summary>
    [Function("Program")]
    public static async Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context, string steps)
    {
        var log = new List<string>();
        foreach (var step in steps)
        {
            log.Add(step switch
            {
                'a' => await context.CallActivityAsync<string>(nameof(SampleActivities.Append), Text(log.Count)),
                'f' => Text(await SampleOrchestrators.FanOut(context, 5)),
                'w' => Text(await SampleOrchestrators.Window(context, 6)),
                's' => await context.CallSubOrchestratorAsync<string>(nameof(SampleOrchestrators.Child), "s"),
                'e' => await EventToItself(context, log.Count),
                'g' => context.NewGuid().ToString(),
                'x' => await SampleOrchestrators.Parent(context, nameof(SampleOrchestrators.Throw)),
                _ => throw new ArgumentException(steps),
            });
        }

        return string.Join(' ', log);
    }

    static Task<string> EventToItself(TaskOrchestrationContext context, int number)
    {
        context.SendEvent(context.InstanceId, "self", Text(number));
        return context.WaitForExternalEvent<string>("SELF");
    }

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
