using DurableTask.Core;
using LocalRuntime.Functions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalRuntime.Orchestrations;

/// <summary>
/// An orchestrator function as DurableTask.Core runs it: by the official shim of Microsoft.DurableTask.Worker, inside the app's
/// middleware. As with extended sessions in Azure, its class comes from the scope of the turn that it begins in.
/// </summary>
sealed class FunctionOrchestration(
    FunctionDescriptor function,
    FunctionInvoker invoker,
    PayloadConverter converter,
    DurableTaskShimFactory shims,
    IServiceScopeFactory scopes,
    ILoggerFactory loggers) : TaskOrchestration, ITaskOrchestrator
{
    TaskOrchestration? _shim;
    Task? _running;
    OrchestratorContext? _context;
    AsyncServiceScope? _scope;
    string? _input;

    public Type InputType => typeof(object);

    public Type OutputType => typeof(object);

    /// <summary>The orchestration that called this one; set before its first turn.</summary>
    public ParentOrchestrationInstance? Parent { get; set; }

    /// <summary>
    /// The orchestrator has not ended, and nothing durable is left that could wake it: it awaits a task of its own, which no
    /// replay would see again.
    /// </summary>
    public bool IsStuck => _running is { IsCompleted: false } && _context is { HasPending: false };

    public override async Task<string> Execute(OrchestrationContext context, string input)
    {
        _input = input;
        _shim = shims.CreateOrchestration(function.Name, this, Parent);
        var running = _shim.Execute(context, null);
        _running = running;
        return await running;
    }

    public override void RaiseEvent(OrchestrationContext context, string name, string input) =>
        _shim!.RaiseEvent(context, name, input);

    public override string? GetStatus() => _shim?.GetStatus();

    public async Task<object?> RunAsync(TaskOrchestrationContext context, object? input)
    {
        _context = new OrchestratorContext(context, _input, converter, loggers);
        _scope = scopes.CreateAsyncScope();
        var invocation = new LocalFunctionContext(function, _scope.Value.ServiceProvider, CancellationToken.None);
        var call = invoker.InvokeOrchestratorAsync(function, invocation, _context, _input);
        if (!call.IsCompleted && !_context.IsAccessed)
        {
            throw new InvalidOperationException(OrchestratorContext.IllegalAwait);
        }

        var result = await call;
        OrchestratorContext.ThrowIfIllegal();
        return result;
    }

    /// <summary>Ends the scope, if this turn is the one that began it.</summary>
    public async ValueTask EndTurnAsync()
    {
        if (_scope is { } scope)
        {
            _scope = null;
            await scope.DisposeAsync();
        }
    }
}
