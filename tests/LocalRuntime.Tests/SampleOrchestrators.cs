using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace LocalRuntime.Tests;

public sealed record Order(string Item, int Count)
{
    // A field: System.Text.Json does not write fields, and neither does the Functions worker.
#pragma warning disable CA1051 // That it is a field is the point.
    public int NotWritten = 7;
#pragma warning restore CA1051
}

/// <summary>Orchestrators of the contract suite.</summary>
sealed class SampleOrchestrators(TestWorld world)
{
    [Function(nameof(Chain))]
    public static async Task<string> Chain([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var text = context.GetInput<string>() ?? "-";
        for (var i = 0; i < 3; i++)
        {
            text = await context.CallActivityAsync<string>(nameof(SampleActivities.Append), text);
        }

        return text;
    }

    [Function(nameof(FanOut))]
    public static async Task<int> FanOut([OrchestrationTrigger] TaskOrchestrationContext context, int count)
    {
        var numbers = await Task.WhenAll(Enumerable.Range(0, count)
            .Select(i => context.CallActivityAsync<int>(nameof(SampleActivities.Square), i)));
        return numbers.Sum();
    }

    [Function(nameof(Sequence))]
    public static async Task<int> Sequence([OrchestrationTrigger] TaskOrchestrationContext context, int count)
    {
        var sum = 0;
        for (var i = 0; i < count; i++)
        {
            sum += await context.CallActivityAsync<int>(nameof(SampleActivities.Square), i);
        }

        return sum;
    }

    [Function(nameof(SequenceThenGate))]
    public async Task SequenceThenGate([OrchestrationTrigger] TaskOrchestrationContext context, int count)
    {
        world.Count("SequenceThenGate.run");
        await Sequence(context, count);
        await context.CallActivityAsync<int>(nameof(SampleActivities.Gated), "end");
    }

    [Function(nameof(GatedFan))]
    public static Task GatedFan([OrchestrationTrigger] TaskOrchestrationContext context, int count) =>
        Task.WhenAll(Enumerable.Range(0, count)
            .Select(_ => context.CallActivityAsync<int>(nameof(SampleActivities.Gated), "fan")));

    [Function(nameof(Window))]
    public static async Task<int> Window([OrchestrationTrigger] TaskOrchestrationContext context, int count)
    {
        var running = new List<Task<int>>();
        var sum = 0;
        for (var i = 0; i < count; i++)
        {
            if (running.Count == 4)
            {
                var done = await Task.WhenAny(running);
                running.Remove(done);
                sum += await done;
            }

            running.Add(context.CallActivityAsync<int>(nameof(SampleActivities.Square), i));
        }

        return sum + (await Task.WhenAll(running)).Sum();
    }

    [Function(nameof(TwoGates))]
    public async Task<int> TwoGates([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        world.Count("TwoGates.run");
        context.SetCustomStatus("first");
        var a = await context.CallActivityAsync<int>(nameof(SampleActivities.Gated), "one");
        context.SetCustomStatus("second");
        var b = await context.CallActivityAsync<int>(nameof(SampleActivities.Gated), "two");
        return a + b;
    }

    [Function(nameof(EventPair))]
    public static async Task<string> EventPair([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("waiting");
        var first = await context.WaitForExternalEvent<string>("Approval");
        var second = await context.WaitForExternalEvent<string>("APPROVAL");
        return first + "," + second;
    }

    [Function(nameof(EventOrTimeout))]
    public static async Task<string> EventOrTimeout([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("waiting");
        try
        {
            return await context.WaitForExternalEvent<string>("go", TimeSpan.FromMinutes(5));
        }
        catch (TaskCanceledException)
        {
            return "timeout";
        }
    }

    [Function(nameof(Sleep))]
    public static async Task<DateTime> Sleep([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("sleeping");
        await context.CreateTimer(TimeSpan.FromDays(3), CancellationToken.None);
        return context.CurrentUtcDateTime;
    }

    [Function(nameof(Counter))]
    public static async Task<string> Counter([OrchestrationTrigger] TaskOrchestrationContext context, int round)
    {
        context.SetCustomStatus("round " + round);
        var item = await context.WaitForExternalEvent<string>("item");
        if (round < 3)
        {
            context.ContinueAsNew(round + 1);
            return string.Empty;
        }

        return item;
    }

    [Function(nameof(Parent))]
    public static async Task<string> Parent([OrchestrationTrigger] TaskOrchestrationContext context, string child)
    {
        try
        {
            return await context.CallSubOrchestratorAsync<string>(
                child, "sub", new SubOrchestrationOptions(instanceId: context.InstanceId + ":child"));
        }
        catch (TaskFailedException failure)
        {
            return $"{failure.TaskName}|{failure.FailureDetails.ErrorType}|{failure.FailureDetails.ErrorMessage}";
        }
    }

    [Function(nameof(Child))]
    public static string Child([OrchestrationTrigger] TaskOrchestrationContext context) =>
        context.GetInput<string>() + " of " + context.Parent?.InstanceId + " " + context.Parent?.Name;

    [Function(nameof(Throw))]
    public static Task Throw([OrchestrationTrigger] TaskOrchestrationContext context) =>
        throw new InvalidDataException("broken " + context.GetInput<string>());

    [Function(nameof(WaitForever))]
    public static Task WaitForever([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("waiting");
        return context.WaitForExternalEvent<string>("never");
    }

    [Function(nameof(Retrying))]
    public static async Task<string> Retrying([OrchestrationTrigger] TaskOrchestrationContext context, RetryCase policy)
    {
        var retry = new RetryPolicy(
            policy.Attempts,
            TimeSpan.FromSeconds(10),
            policy.Backoff,
            policy.MaxInterval is { } max ? TimeSpan.FromSeconds(max) : null,
            policy.Timeout is { } timeout ? TimeSpan.FromSeconds(timeout) : null)
        {
            HandleFailure = failure => policy.Handled is null || failure.IsCausedBy<TimeoutException>(),
        };
        try
        {
            return await context.CallActivityAsync<string>(
                nameof(SampleActivities.FailsUntil), policy.SucceedsAt, TaskOptions.FromRetryPolicy(retry));
        }
        catch (TaskFailedException failure)
        {
            return failure.FailureDetails.ErrorType + ": " + failure.FailureDetails.ErrorMessage;
        }
    }

    [Function(nameof(RetryingByHandler))]
    public static async Task<string> RetryingByHandler([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        RetryHandler handler = failed => failed.LastAttemptNumber < 3;
        try
        {
            return await context.CallActivityAsync<string>(
                nameof(SampleActivities.FailsUntil), 9, TaskOptions.FromRetryHandler(handler));
        }
        catch (TaskFailedException failure)
        {
            return failure.FailureDetails.ErrorMessage;
        }
    }

    [Function(nameof(Values))]
    public static async Task<string[]> Values([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var before = (context.NewGuid(), context.NewGuid(), context.CurrentUtcDateTime);
        context.SetCustomStatus(before.Item1.ToString());
        await context.CallActivityAsync<int>(nameof(SampleActivities.Gated), "values");
        return
        [
            before.Item1.ToString(),
            before.Item2.ToString(),
            before.CurrentUtcDateTime.ToString("o"),
            context.NewGuid().ToString(),
        ];
    }

    [Function(nameof(EchoOrder))]
    public static async Task<Order> EchoOrder([OrchestrationTrigger] TaskOrchestrationContext context, Order order)
    {
        order.NotWritten = 8;
        var back = await context.CallActivityAsync<Order>(nameof(SampleActivities.Echo), order);
        return ReferenceEquals(order, back) ? throw new InvalidOperationException("the same object came back") : back;
    }

    [Function(nameof(BigStatus))]
    public static Task BigStatus([OrchestrationTrigger] TaskOrchestrationContext context, int characters)
    {
        context.SetCustomStatus(new string('x', characters));
        return Task.CompletedTask;
    }

    [Function(nameof(BigPayload))]
    public static Task<string> BigPayload([OrchestrationTrigger] TaskOrchestrationContext context, int characters) =>
        context.CallActivityAsync<string>(nameof(SampleActivities.Append), new string('x', characters));

    [Function(nameof(Logging))]
    public static async Task Logging([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var logger = context.CreateReplaySafeLogger("sample");
#pragma warning disable CA1848 // What is tested is the logger, not a message.
        Microsoft.Extensions.Logging.LoggerExtensions.LogInformation(logger, "before");
        await context.CallActivityAsync<string>(nameof(SampleActivities.Append), "a");
        await context.CallActivityAsync<string>(nameof(SampleActivities.Append), "a");
        Microsoft.Extensions.Logging.LoggerExtensions.LogInformation(logger, "after");
#pragma warning restore CA1848
    }

    [Function(nameof(SendsEvent))]
    public static void SendsEvent([OrchestrationTrigger] TaskOrchestrationContext context, string target) =>
        context.SendEvent(target, "approval", "from " + context.InstanceId);

    [Function(nameof(Scenario))]
    public static async Task<string> Scenario(
        [OrchestrationTrigger] TaskOrchestrationContext context, Progress progress)
    {
        if (progress.Round == 2)
        {
            context.SetCustomStatus("last round");
            return progress.Text + " " + await context.WaitForExternalEvent<string>("finish");
        }

        var text = await context.CallActivityAsync<string>(nameof(SampleActivities.Append), progress.Text);
        await context.CallSubOrchestratorAsync<string>(nameof(Child), "c");
        context.ContinueAsNew(new Progress(progress.Round + 1, text));
        return string.Empty;
    }

    [Function(nameof(CallsMissing))]
    public static Task CallsMissing([OrchestrationTrigger] TaskOrchestrationContext context) =>
#pragma warning disable DURABLE2003 // That there is none is the point.
        context.CallActivityAsync("NoSuchActivity");
#pragma warning restore DURABLE2003

    [Function(nameof(Spawner))]
    public static Task Spawner([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        context.SetCustomStatus("waiting");
        return context.CallSubOrchestratorAsync(
            nameof(WaitForever), options: new SubOrchestrationOptions(instanceId: context.InstanceId + ":child"));
    }
}

public sealed record RetryCase(
    int Attempts, double Backoff, int SucceedsAt, int? MaxInterval = null, int? Timeout = null, string? Handled = null);
