using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Tests;

/// <summary>HTTP and timer functions of the trigger tests.</summary>
sealed class SampleTriggers(TestWorld world, ManagementAddresses addresses)
{
    [Function("Thing")]
    public static IActionResult Thing(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "things/{id:int}/{name?}")] HttpRequest request,
        int id,
        string? name,
        FunctionContext context,
        CancellationToken cancellation) =>
        new OkObjectResult(new
        {
            Id = id,
            Name = name,
            Query = request.Query["q"].ToString(),
            Function = context.FunctionDefinition.Name,
            SameRequest = ReferenceEquals(context.GetHttpContext()?.Request, request),
            cancellation.CanBeCanceled,
        });

    [Function("ById")]
    public static IActionResult ById(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "by-id/{id}")] HttpRequest request, Guid id) =>
        new OkObjectResult(id);

    [Function("Guarded")]
    public static string Guarded([HttpTrigger(AuthorizationLevel.Function)] HttpRequest request) => request.Method;

    [Function("Breaks")]
    public static Task<IActionResult> Breaks([HttpTrigger(AuthorizationLevel.Anonymous, "post")] HttpRequest request) =>
        throw new InvalidOperationException("the password is 12345");

    [Function("StartChain")]
    public async Task<IActionResult> StartChain(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "start/{name}/{instance}")] HttpRequest request,
        string name,
        string instance,
        [DurableClient] DurableTaskClient client)
    {
        await client.ScheduleNewOrchestrationInstanceAsync(
            name, "a", new Microsoft.DurableTask.StartOrchestrationOptions(instance));
        return new AcceptedResult(addresses.Of(instance), new
        {
            Id = instance,
            StatusQueryGetUri = addresses.Of(instance),
            PurgeHistoryDeleteUri = addresses.Of(instance),
            SendEventPostUri = addresses.Of(instance, "raiseEvent/{eventName}"),
            TerminatePostUri = addresses.Of(instance, "terminate", "reason={{text}}"),
            SuspendPostUri = addresses.Of(instance, "suspend"),
            ResumePostUri = addresses.Of(instance, "resume"),
        });
    }

    [Function("EveryFiveMinutes")]
    public void EveryFiveMinutes([TimerTrigger("0 */5 * * * *")] TimerInfo timer)
    {
        world.Timers.Enqueue(("EveryFiveMinutes", timer));
        world.Count("EveryFiveMinutes");
    }

    [Function("Nightly")]
    public Task Nightly([TimerTrigger("%NightlySchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient client)
    {
        world.Timers.Enqueue(("Nightly", timer));
        world.Count("Nightly");
        return client.ScheduleNewOrchestrationInstanceAsync("Chain", "n");
    }

    [Function("AtStart")]
    public void AtStart([TimerTrigger("0 0 0 1 1 *", RunOnStartup = true, UseMonitor = false)] TimerInfo timer)
    {
        world.Timers.Enqueue(("AtStart", timer));
        world.Count("AtStart");
    }
}
