using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MigrationFunctions.Contracts;
using MigrationFunctions.Http.Access;

namespace MigrationFunctions.Http.OpenApi;

/// <summary>The API as OpenAPI 3.1, made from the functions themselves: routes, methods, roles, bodies.</summary>
static partial class ApiDocument
{
    const string Key = "functionKey";
    const string Entra = "entra";

    /// <param name="prefix">What stands before every route: <c>api</c>.</param>
    /// <param name="authentication">Whether a token is needed beside the key.</param>
    public static JsonObject Of(HttpFunctions functions, string prefix, Authentication authentication)
    {
        var needsToken = authentication == Authentication.Entra;
        var schemas = new Schemas();
        var paths = new JsonObject();
        foreach (var function in functions.All.OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            var route = "/" + Constraint().Replace(function.Trigger.Route ?? function.Name, "{$1}");
            var path = (JsonObject)(paths[route] ??= new JsonObject());
            foreach (var method in function.Trigger.Methods ?? [])
                path[method.ToLowerInvariant()] = Operation(function, schemas, needsToken);
        }
        return new JsonObject
        {
            ["openapi"] = "3.1.0",
            ["info"] = new JsonObject { ["title"] = "MigrationFunctions", ["version"] = Version() },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" + prefix }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    [Key] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "x-functions-key" },
                    [Entra] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["bearerFormat"] = "JWT" },
                },
                ["schemas"] = schemas.All(),
            },
        };
    }

    static JsonObject Operation(HttpFunction function, Schemas schemas, bool needsToken)
    {
        var operation = new JsonObject
        {
            ["operationId"] = function.Name,
            ["tags"] = new JsonArray(function.Method.DeclaringType!.Name),
            ["x-required-role"] = function.Required > Role.None ? AppRoles.NameOf(function.Required.Value) : null,
            ["security"] = function.Required > Role.None
                ? new JsonArray(Security(needsToken))
                : new JsonArray(),
            ["parameters"] = new JsonArray([.. RouteParameters(function), .. QueryParameters(function)]),
            ["responses"] = Responses(function, schemas),
        };
        if (function.Method.GetCustomAttribute<TakesAttribute>() is { } takes)
            operation["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = Content("application/json", schemas.OfRequest(takes.Body)),
            };
        return operation;
    }

    // Both at once: the host checks the key, App Service the token.
    static JsonObject Security(bool needsToken)
    {
        var needed = new JsonObject { [Key] = new JsonArray() };
        if (needsToken)
            needed[Entra] = new JsonArray();
        return needed;
    }

    static JsonObject Responses(HttpFunction function, Schemas schemas)
    {
        var answers = function.Method.GetCustomAttribute<AnswersAttribute>();
        return new JsonObject
        {
            [(answers?.Status ?? 200).ToString(CultureInfo.InvariantCulture)] = new JsonObject
            {
                ["description"] = "Done as asked.",
                ["content"] = answers?.Body is { } body
                    ? Content("application/json", schemas.OfAnswer(body))
                    : Content("*/*", []),
            },
            ["default"] = new JsonObject
            {
                ["description"] = "Not done: every problem, with its code and remedy.",
                ["content"] = Content("application/problem+json", schemas.OfAnswer(typeof(ProblemAnswer))),
            },
        };
    }

    static IEnumerable<JsonNode> RouteParameters(HttpFunction function) =>
        from match in Name().Matches(function.Trigger.Route ?? "")
        let name = match.Groups[1].Value
        let type = Array.Find(function.Method.GetParameters(), p => p.Name == name)?.ParameterType ?? typeof(string)
        select Parameter(name, "path", type);

    static IEnumerable<JsonNode> QueryParameters(HttpFunction function) =>
        function.Method.GetCustomAttributes<QueryAttribute>().Select(q => Parameter(q.Name, "query", q.Type));

    static JsonNode Parameter(string name, string place, Type type) => new JsonObject
    {
        ["name"] = name, ["in"] = place, ["required"] = place == "path", ["schema"] = Schemas.OfValue(type),
    };

    static JsonObject Content(string type, JsonObject schema) =>
        new() { [type] = new JsonObject { ["schema"] = schema } };

    static string Version() =>
        typeof(ApiDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\{(\w+)")]
    private static partial Regex Name();
}
