using System.Globalization;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace LocalRuntime.Functions;

/// <summary>
/// Calls functions: makes the class from the services of the invocation's scope, binds the parameters by their type,
/// attribute or name.
/// </summary>
sealed class FunctionInvoker(PayloadConverter converter, DurableTaskClient client, FunctionPipeline pipeline)
{
    /// <summary>
    /// Calls a function through the app's middleware. <paramref name="bind"/> gives what only the trigger knows; null
    /// leaves the parameter to the rest.
    /// </summary>
    public Task<object?> InvokeAsync(
        FunctionDescriptor function, LocalFunctionContext context, Func<ParameterInfo, Bound?> bind) =>
        pipeline.InvokeAsync(context, () => CallAsync(function, context, bind));

    /// <summary>Calls an activity with its input, which is JSON.</summary>
    public Task<object?> InvokeActivityAsync(
        FunctionDescriptor function, LocalFunctionContext context, TaskActivityContext activity, string? input) =>
        InvokeAsync(function, context, parameter =>
            parameter.ParameterType == typeof(TaskActivityContext)
                ? new Bound(activity)
                : parameter == function.Trigger ? new Bound(Payload(parameter, input)) : null);

    /// <summary>Calls an orchestrator with its input, which is JSON; a parameter of a type of its own is that.</summary>
    public Task<object?> InvokeOrchestratorAsync(
        FunctionDescriptor function, LocalFunctionContext context, TaskOrchestrationContext orchestration, string? input) =>
        InvokeAsync(function, context, parameter =>
            parameter.ParameterType.IsInstanceOfType(orchestration)
                ? new Bound(orchestration)
                : IsCommon(parameter) ? null : new Bound(Payload(parameter, input)));

    /// <summary>A text as the parameter's type; used for route values.</summary>
    public static object? Parse(string? text, Type type)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        return text is null ? null
            : target == typeof(string) ? text
            : target == typeof(Guid) ? Guid.Parse(text, CultureInfo.InvariantCulture)
            : target.IsEnum ? Enum.Parse(target, text, ignoreCase: true)
            : Convert.ChangeType(text, target, CultureInfo.InvariantCulture);
    }

    static bool IsCommon(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(FunctionContext)
        || parameter.ParameterType == typeof(CancellationToken)
        || parameter.GetCustomAttribute<DurableClientAttribute>() is not null;

    static async ValueTask DisposeAsync(object target)
    {
        if (target is IAsyncDisposable asynchronous)
        {
            await asynchronous.DisposeAsync();
        }
        else if (target is IDisposable disposable)
        {
            disposable.Dispose();
        }
    }

    static object? Default(Type type) => type.IsValueType ? Activator.CreateInstance(type) : null;

    async Task<object?> CallAsync(
        FunctionDescriptor function, LocalFunctionContext context, Func<ParameterInfo, Bound?> bind)
    {
        var arguments = Bind(function, context, bind);
        if (function.Method.IsStatic)
        {
            return await function.CallAsync(null, arguments);
        }

        var target = ActivatorUtilities.CreateInstance(context.InstanceServices, function.Method.DeclaringType!);
        try
        {
            return await function.CallAsync(target, arguments);
        }
        finally
        {
            await DisposeAsync(target);
        }
    }

    object? Payload(ParameterInfo parameter, string? json) =>
        converter.Deserialize(json, parameter.ParameterType) ?? Default(parameter.ParameterType);

    object?[] Bind(FunctionDescriptor function, LocalFunctionContext context, Func<ParameterInfo, Bound?> bind) =>
        [.. function.Parameters.Select(parameter =>
            bind(parameter) is { } bound ? bound.Value : Common(function, parameter, context))];

    object? Common(FunctionDescriptor function, ParameterInfo parameter, LocalFunctionContext context)
    {
        if (parameter.ParameterType == typeof(FunctionContext))
        {
            return context;
        }

        if (parameter.ParameterType == typeof(CancellationToken))
        {
            return context.CancellationToken;
        }

        if (parameter.GetCustomAttribute<DurableClientAttribute>() is not null)
        {
            return client;
        }

        return parameter.HasDefaultValue
            ? parameter.DefaultValue
            : throw new InvalidOperationException(
                $"Parameter '{parameter.Name}' of function '{function.Name}' cannot be bound: it is neither the "
                + "trigger, a route "
                + "value, a durable client, the function's context nor a cancellation token. Take services by the "
                + "constructor.");
    }
}

/// <summary>A bound value, which may be null.</summary>
readonly record struct Bound(object? Value);
