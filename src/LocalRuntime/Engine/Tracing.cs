using System.Diagnostics;
using LocalRuntime.Storage;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Engine;

/// <summary>
/// The spans of the local runtime, named and tagged as Durable Task's. The context of the <c>create_orchestration</c>
/// span is kept with the instance: it is the parent of the instance's activities, of the spans that create its
/// sub-orchestrations, and of its own span, so one trace goes over restarts. Without a listener nothing is made.
/// </summary>
static class Tracing
{
    /// <summary>Name of the source.</summary>
    public const string Name = "LocalRuntime";

    static readonly ActivitySource Source = new(Name);

    public static bool IsOn => Source.HasListeners();

    /// <summary>Begins a call of an HTTP or timer function.</summary>
    public static Activity? StartFunction(LocalFunctionContext context) => IsOn
        ? Source.StartActivity("function " + context.FunctionDefinition.Name)
            ?.SetTag("faas.name", context.FunctionDefinition.Name)
            .SetTag("faas.invocation_id", context.InvocationId)
        : null;

    /// <summary>Begins the creation of an instance.</summary>
    /// <param name="parent">Of what it is a part; null: of what runs now.</param>
    public static Activity? StartCreate(string name, string id, TraceLink? parent) =>
        Start("create_orchestration:", "orchestration", name, id, ActivityKind.Producer, parent);

    /// <summary>Begins a call of an activity.</summary>
    public static Activity? StartActivity(ActivityCall call) =>
        Start("activity:", "activity", call.Name, call.InstanceId, ActivityKind.Server, call.Trace)
            ?.SetTag("durabletask.task.task_id", call.TaskId);

    /// <summary>Shows the whole life of an instance that has ended.</summary>
    public static void Ended(InstanceRecord instance)
    {
        var around = Activity.Current;
        var span = Start(
            "orchestration:", "orchestration", instance.Name, instance.Id, ActivityKind.Server, instance.Trace,
            instance.Created);
        span?.SetTag("durabletask.task.status", instance.Status.ToString()).SetEndTime(instance.Updated);
        if (instance.Status != OrchestrationRuntimeStatus.Completed)
        {
            // What went wrong stands in history: a message may say more than a trace should.
            span?.SetStatus(ActivityStatusCode.Error, instance.Status.ToString());
        }

        span?.Stop();
        Activity.Current = around;
    }

    /// <summary>Marks a span as failed, by the failure's type alone.</summary>
    public static void Failed(this Activity? span, Exception failure) =>
        span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure.GetType().FullName);

    static Activity? Start(
        string kind, string type, string name, string id, ActivityKind activityKind, TraceLink? parent,
        DateTimeOffset startTime = default) => IsOn
        ? Source.StartActivity(kind + name, activityKind, parent?.ToContext() ?? default, startTime: startTime)
            ?.SetTag("durabletask.type", type)
            .SetTag("durabletask.task.name", name)
            .SetTag("durabletask.task.instance_id", id)
        : null;
}
