using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace LocalRuntime.Functions;

/// <summary>One invocation of a function on the local host.</summary>
sealed class LocalFunctionContext(
    FunctionDescriptor function, IServiceProvider services, CancellationToken cancellation) : FunctionContext
{
    /// <summary>Where <c>GetHttpContext()</c> of the official package looks for the request.</summary>
    public const string HttpContextKey = "HttpRequestContext";

    /// <summary>What the pipeline of middleware ends in.</summary>
    public Func<Task<object?>>? Function { get; set; }

    /// <summary>What the function returned; null when it was not called.</summary>
    public object? Result { get; private set; }

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => FunctionDefinition.Id;

    public override FunctionDefinition FunctionDefinition { get; } = new LocalFunctionDefinition(function);

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override CancellationToken CancellationToken => cancellation;

    public override IInvocationFeatures Features { get; } = new InvocationFeatures();

    public override TraceContext TraceContext { get; } = new LocalTraceContext(Activity.Current);

    public override BindingContext BindingContext { get; } = new EmptyBindingContext();

    public override RetryContext RetryContext { get; } = new NoRetries();

    public async Task ExecuteAsync() => Result = await Function!();

    sealed class LocalFunctionDefinition(FunctionDescriptor function) : FunctionDefinition
    {
        public override string Id => Name;

        public override string Name => function.Name;

        public override string PathToAssembly => function.Method.Module.FullyQualifiedName;

        public override string EntryPoint => $"{function.Method.DeclaringType}.{function.Method.Name}";

        public override ImmutableArray<FunctionParameter> Parameters =>
            [.. function.Parameters.Select(parameter => new FunctionParameter(parameter.Name!, parameter.ParameterType))];

        public override IImmutableDictionary<string, BindingMetadata> InputBindings =>
            ImmutableDictionary<string, BindingMetadata>.Empty;

        public override IImmutableDictionary<string, BindingMetadata> OutputBindings =>
            ImmutableDictionary<string, BindingMetadata>.Empty;
    }

    sealed class InvocationFeatures : Dictionary<Type, object>, IInvocationFeatures
    {
        public void Set<T>(T instance) => this[typeof(T)] = instance!;

        public T? Get<T>() => TryGetValue(typeof(T), out var feature) ? (T)feature : default;

        IEnumerator<KeyValuePair<Type, object>> IEnumerable<KeyValuePair<Type, object>>.GetEnumerator() => GetEnumerator();
    }

    sealed class LocalTraceContext(Activity? activity) : TraceContext
    {
        public override string TraceParent => activity?.Id ?? string.Empty;

        public override string TraceState => activity?.TraceStateString ?? string.Empty;
    }

    sealed class EmptyBindingContext : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData { get; } = new Dictionary<string, object?>();
    }

    // Retries are the orchestrator's: no trigger has a policy of its own here.
    sealed class NoRetries : RetryContext
    {
        public override int RetryCount => 0;

        public override int MaxRetryCount => 0;
    }
}
