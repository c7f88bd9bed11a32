using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace LocalRuntime.Tests;

/// <summary>Orchestrators that break the rules of replay.</summary>
sealed class FaultyOrchestrators(TestWorld world)
{
    /// <summary>Does what it should while the switch is 0, and then what the fault names.</summary>
    [Function(nameof(Changing))]
    public async Task Changing([OrchestrationTrigger] TaskOrchestrationContext context, string fault)
    {
        await Task.WhenAll(FirstTurn(context, world.Switch == 0 ? "none" : fault));
        await context.CallActivityAsync<int>(nameof(SampleActivities.Gated), "change");
        await context.CallActivityAsync<int>(nameof(SampleActivities.Square), 3);
    }

#pragma warning disable DURABLE0003, DURABLE0004 // That it does is the point.
    /// <summary>Awaits what no history can answer.</summary>
    [Function(nameof(Foreign))]
    public static async Task Foreign([OrchestrationTrigger] TaskOrchestrationContext context, string kind)
    {
        switch (kind)
        {
            case "delay":
                await Task.Delay(50);
                break;
            case "run":
                await Task.Run(() => Task.Delay(50));
                break;
            case "configure await":
                await context.CallActivityAsync<int>(nameof(SampleActivities.Square), 1).ConfigureAwait(false);
                await context.CallActivityAsync<int>(nameof(SampleActivities.Square), 1);
                break;
            case "delay beside an activity":
                await Task.WhenAll(context.CallActivityAsync<int>(nameof(SampleActivities.Square), 1), Task.Delay(50));
                await Task.Delay(50);
                break;
            default:
                throw new ArgumentException(kind);
        }
    }
#pragma warning restore DURABLE0003, DURABLE0004

    static IEnumerable<Task> FirstTurn(TaskOrchestrationContext context, string fault)
    {
        var text = fault == "order" ? null : context.CallActivityAsync<string>(
            fault == "name" ? nameof(SampleActivities.Square) : nameof(SampleActivities.Append),
            fault == "name" ? 1 : "a");
        var second = fault == "kind"
            ? context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None)
            : fault == "missing" ? null : context.CallActivityAsync<int>(nameof(SampleActivities.Square), 2);
        var child = context.CallSubOrchestratorAsync<string>(
            nameof(SampleOrchestrators.Child),
            "c",
            new SubOrchestrationOptions(instanceId: context.InstanceId + ":child"));
        text ??= context.CallActivityAsync<string>(nameof(SampleActivities.Append), "a");
        var extra = fault == "extra" ? context.CallActivityAsync<int>(nameof(SampleActivities.Square), 9) : null;
        return new Task?[] { text, second, child, extra }.OfType<Task>();
    }
}
