using Microsoft.Azure.Functions.Worker;

namespace LocalRuntime.Functions;

/// <inheritdoc/>
sealed class LocalFunctionContext(
    FunctionDescriptor function, IServiceProvider services, CancellationToken cancellation)
    : FunctionContext, IInvocationResultHolder
{
    /// <summary>What the pipeline of middleware ends in.</summary>
    public Func<Task<object?>>? Function { get; set; }

    /// <inheritdoc/>
    public object? InvocationResult { get; set; }

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => FunctionDefinition.Id;

    public override FunctionDefinition FunctionDefinition { get; } = new LocalFunctionDefinition(function);

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override CancellationToken CancellationToken => cancellation;

    public async Task ExecuteAsync() => InvocationResult = await Function!();

    sealed class LocalFunctionDefinition(FunctionDescriptor function) : FunctionDefinition
    {
        public override string Id => Name;

        public override string Name => function.Name;

        public override string PathToAssembly => function.Method.Module.FullyQualifiedName;

        public override string EntryPoint => $"{function.Method.DeclaringType}.{function.Method.Name}";
    }
}
