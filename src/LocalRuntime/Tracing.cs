using System.Diagnostics;
using LocalRuntime.Functions;

namespace LocalRuntime;

/// <summary>
/// The spans of functions that are started by HTTP or timer. Those of orchestrations and activities are DurableTask.Core's own,
/// of the source of that name; they begin below these. Without a listener nothing is made.
/// </summary>
static class Tracing
{
    static readonly ActivitySource Source = new("LocalRuntime");

    /// <summary>Begins a call of an HTTP or timer function.</summary>
    public static Activity? StartFunction(LocalFunctionContext context) =>
        Source.StartActivity("function " + context.FunctionDefinition.Name)
            ?.SetTag("faas.name", context.FunctionDefinition.Name)
            .SetTag("faas.invocation_id", context.InvocationId);

    /// <summary>Marks a span as failed, by the failure's type alone: a message may say more than a trace should.</summary>
    public static void Failed(this Activity? span, Exception failure) =>
        span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failure.GetType().FullName);
}
