using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Activities;

/// <summary>What an activity fails with goes into histories, tables and reports: it has a code, and nothing but a coded
/// message. The words of any other failure may quote a row, so only the log has them.</summary>
sealed class ActivityFailures(ILogger<ActivityFailures> logger) : IFunctionsWorkerMiddleware
{
    const string Trigger = "activityTrigger";

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (IsActivity(context) && !context.CancellationToken.IsCancellationRequested)
        {
            throw Coded(context, e);
        }
    }

    MigrationException Coded(FunctionContext context, Exception failure)
    {
        if (Chain(failure).OfType<MigrationException>().FirstOrDefault() is { } coded)
            return new MigrationException(coded.Problem, coded.IsTransient);
        var name = context.FunctionDefinition.Name;
        var trace = Activity.Current?.TraceId.ToString() ?? context.InvocationId;
        Log.ActivityFailed(logger, failure, name, trace);
        return new MigrationException(new Problem(
            ErrorCodes.Unforeseen, name, $"It failed with {failure.GetType().FullName}, which nobody foresaw.",
            $"Look for {trace} in the service's log, and report what it says; then start the migration again."));
    }

    static bool IsActivity(FunctionContext context) =>
        context.FunctionDefinition.InputBindings.Values.Any(b => b.Type.Equals(Trigger, StringComparison.OrdinalIgnoreCase));

    static IEnumerable<Exception> Chain(Exception? failure)
    {
        for (; failure is not null; failure = failure.InnerException)
            yield return failure;
    }
}
