using DurableTask.Core;
using LocalRuntime.Functions;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalRuntime.Orchestrations;

/// <summary>
/// Hands DurableTask.Core a new orchestration for each that it loads; null when the app has no such function, which
/// <see cref="OrchestratorTurn"/> answers.
/// </summary>
sealed class OrchestratorCatalog(
    FunctionCatalog catalog,
    FunctionInvoker invoker,
    PayloadConverter converter,
    IServiceScopeFactory scopes,
    ILoggerFactory loggers) : INameVersionObjectManager<TaskOrchestration>
{
    readonly DurableTaskShimFactory _shims = new(new DurableTaskWorkerOptions { DataConverter = converter }, loggers);

    public void Add(ObjectCreator<TaskOrchestration> creator) =>
        throw new NotSupportedException("The orchestrators are the functions of the app.");

    public TaskOrchestration? GetObject(string name, string? version) => catalog.Orchestrator(name) is { } function
        ? new FunctionOrchestration(function, invoker, converter, _shims, scopes, loggers)
        : null;
}

/// <summary>No activity is registered with DurableTask.Core: <see cref="ActivityCalls"/> runs them all.</summary>
sealed class NoActivities : INameVersionObjectManager<TaskActivity>
{
    public void Add(ObjectCreator<TaskActivity> creator) =>
        throw new NotSupportedException("The activities are the functions of the app.");

    public TaskActivity? GetObject(string name, string? version) => null;
}
