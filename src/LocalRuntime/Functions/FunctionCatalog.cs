using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace LocalRuntime.Functions;

/// <summary>The functions of an app by kind and name; names match without regard to case.</summary>
sealed class FunctionCatalog
{
    readonly List<FunctionDescriptor> _all;
    readonly Dictionary<string, FunctionDescriptor> _orchestrators;
    readonly Dictionary<string, FunctionDescriptor> _activities;

    /// <exception cref="InvalidOperationException">
    /// Two functions have one name, or a function cannot be hosted.
    /// </exception>
    public FunctionCatalog(Assembly assembly)
    {
        var methods =
            from type in assembly.GetTypes()
            from method in type.GetMethods(
                BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            let function = method.GetCustomAttribute<FunctionAttribute>()
            where function is not null
            select (method, function.Name);
        _all = [.. methods.Select(found => FunctionDescriptor.Of(found.method, found.Name))];
        var twice = _all
            .GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new InvalidOperationException(
                $"Two functions are named '{twice.Key}': "
                + string.Join(
                    ", ", twice.Select(function => $"{function.Method.DeclaringType}.{function.Method.Name}")));
        }

        _orchestrators = Of(FunctionKind.Orchestrator).ToDictionary(
            function => function.Name, StringComparer.OrdinalIgnoreCase);
        _activities = Of(FunctionKind.Activity).ToDictionary(
            function => function.Name, StringComparer.OrdinalIgnoreCase);
    }

    public IEnumerable<FunctionDescriptor> Of(FunctionKind kind) => _all.Where(function => function.Kind == kind);

    public FunctionDescriptor? Orchestrator(string name) => _orchestrators.GetValueOrDefault(name);

    public FunctionDescriptor? Activity(string name) => _activities.GetValueOrDefault(name);
}
