using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Http.Access;

/// <summary>A function that is called by HTTP.</summary>
/// <param name="Required">Null when the function does not say: then the app does not start.</param>
sealed record HttpFunction(string Name, MethodInfo Method, HttpTriggerAttribute Trigger, Role? Required)
{
    /// <summary>Its call changes something.</summary>
    public bool IsWrite => Required > Role.Reader;
}

/// <summary>The app's HTTP functions by name, with what each requires of its caller.</summary>
sealed class HttpFunctions
{
    readonly Dictionary<string, HttpFunction> _byName;

    HttpFunctions(IEnumerable<HttpFunction> functions) =>
        _byName = functions.ToDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);

    public IReadOnlyCollection<HttpFunction> All => _byName.Values;

    public static HttpFunctions OfApp() => In(typeof(HttpFunctions).Assembly.GetTypes());

    public static HttpFunctions In(IEnumerable<Type> types) => new(
        from type in types
        from method in type.GetMethods(
            BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        let function = method.GetCustomAttribute<FunctionAttribute>()
        let trigger = method.GetParameters().Select(p => p.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(t => t is not null)
        where function is not null && trigger is not null
        select new HttpFunction(function.Name, method, trigger, method.GetCustomAttribute<RequiresAttribute>()?.Role));

    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <exception cref="InvalidOperationException">There is no such function, or it requires nothing: nobody gets
    /// in.</exception>
    public HttpFunction Get(string name) =>
        _byName.TryGetValue(name, out var function) && function.Required is not null
            ? function
            : throw new InvalidOperationException($"Function '{name}' says nothing of who may call it.");

    /// <summary>Functions that say nothing of who may call them, or ask for a role but for no key, or the reverse.</summary>
    public IEnumerable<Problem> Check() =>
        from function in _byName.Values
        let needsKey = function.Trigger.AuthLevel != AuthorizationLevel.Anonymous
        where function.Required is null || needsKey != function.Required > Role.None
        select new Problem(
            ErrorCodes.FunctionWithoutRole, function.Name,
            $"The HTTP function asks for {(needsKey ? "a" : "no")} key and for {Named(function.Required)}.",
            $"Put [Requires(Role.{Role.Reader})] or a higher role on it; none and no key is for liveness alone.");

    static string Named(Role? role) => role is null or Role.None ? "no role" : $"role {role}";
}
