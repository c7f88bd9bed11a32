using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace LocalRuntime.Functions;

enum FunctionKind
{
    Orchestrator,
    Activity,
    Http,
    Timer,
}

/// <summary>One method with <c>[Function]</c>: its trigger and how it is called.</summary>
sealed class FunctionDescriptor
{
    readonly Func<object?, Task<object?>> _await;

    FunctionDescriptor(
        string name, FunctionKind kind, MethodInfo method, IReadOnlyList<ParameterInfo> parameters, ParameterInfo trigger)
    {
        Name = name;
        Kind = kind;
        Method = method;
        Parameters = parameters;
        Trigger = trigger;
        TriggerAttribute = trigger.GetCustomAttribute<TriggerBindingAttribute>()!;
        _await = Awaiter(method.ReturnType);
    }

    public string Name { get; }

    public FunctionKind Kind { get; }

    public MethodInfo Method { get; }

    /// <summary>The method's parameters, one of which is <see cref="Trigger"/>: whoever asks the method again may get other
    /// objects for them, when several hosts of a process start at once.</summary>
    public IReadOnlyList<ParameterInfo> Parameters { get; }

    public ParameterInfo Trigger { get; }

    public TriggerBindingAttribute TriggerAttribute { get; }

    /// <exception cref="InvalidOperationException">
    /// The method has no trigger, several, or one that no local host has.
    /// </exception>
    public static FunctionDescriptor Of(MethodInfo method, string name)
    {
        var place = $"Function '{name}' ({method.DeclaringType}.{method.Name})";
        var parameters = method.GetParameters();
        var triggers = parameters
            .Where(parameter => parameter.GetCustomAttribute<TriggerBindingAttribute>() is not null)
            .ToList();
        if (triggers.Count != 1)
        {
            throw new InvalidOperationException(
                $"{place} must have one parameter with a trigger attribute, it has {triggers.Count}.");
        }

        return triggers[0].GetCustomAttribute<TriggerBindingAttribute>() switch
        {
            OrchestrationTriggerAttribute trigger => Create(trigger.Orchestration ?? name, FunctionKind.Orchestrator),
            ActivityTriggerAttribute trigger => Create(trigger.Activity ?? name, FunctionKind.Activity),
            HttpTriggerAttribute when triggers[0].ParameterType == typeof(HttpRequest) =>
                Create(name, FunctionKind.Http),
            HttpTriggerAttribute => throw new InvalidOperationException(
                $"{place} must take its trigger as {typeof(HttpRequest)}, not as {triggers[0].ParameterType}."),
            TimerTriggerAttribute => Create(name, FunctionKind.Timer),
            var other => throw new InvalidOperationException(
                $"{place} has the trigger {other!.GetType().Name}, which no local host has."),
        };

        FunctionDescriptor Create(string called, FunctionKind kind) => new(called, kind, method, parameters, triggers[0]);
    }

    /// <summary>
    /// Calls the method; an exception arrives as it was thrown. A method without a result gives null.
    /// </summary>
    public Task<object?> CallAsync(object? target, object?[] arguments) =>
        _await(Method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, null));

    static Func<object?, Task<object?>> Awaiter(Type type)
    {
        if (type == typeof(Task))
        {
            return static async returned =>
            {
                await (Task)returned!;
                return null;
            };
        }

        if (type == typeof(ValueTask))
        {
            return static async returned =>
            {
                await (ValueTask)returned!;
                return null;
            };
        }

        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        var unwrap = definition == typeof(Task<>) ? nameof(UnwrapTask)
            : definition == typeof(ValueTask<>) ? nameof(UnwrapValueTask)
            : null;
        return unwrap is null
            ? Task.FromResult
            : typeof(FunctionDescriptor)
                .GetMethod(unwrap, BindingFlags.Static | BindingFlags.NonPublic)!
                .MakeGenericMethod(type.GetGenericArguments())
                .CreateDelegate<Func<object?, Task<object?>>>();
    }

    static async Task<object?> UnwrapTask<T>(object? returned) => await (Task<T>)returned!;

    static async Task<object?> UnwrapValueTask<T>(object? returned) => await (ValueTask<T>)returned!;
}
