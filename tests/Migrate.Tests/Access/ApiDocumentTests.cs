using System.Text.Json;
using MigrationFunctions.Http.Access;

namespace Migrate.Tests.Access;

public sealed class ApiDocumentTests
{
    [Fact]
    public async Task The_document_is_served_to_readers_and_describes_every_function_with_its_role()
    {
        await using var service = await Service.StartAsync(Service.EntraMode);
        var answer = await service.SendAsync("GET openapi.json", Principals.User("rea", "Migration.Reader"));
        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
        Assert.Equal("3.1.0", answer.Json.GetProperty("openapi").GetString());
        Assert.Equal("/api", answer.Json.GetProperty("servers")[0].GetProperty("url").GetString());
        var described =
            from path in answer.Json.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            let role = operation.Value.TryGetProperty("x-required-role", out var name) ? name.GetString() : null
            select $"{operation.Name} {path.Name} {operation.Value.GetProperty("operationId")} {role}";
        var functions =
            from function in HttpFunctions.OfApp().All
            from method in function.Trigger.Methods!
            let route = function.Trigger.Route!.Replace(":guid", "", StringComparison.Ordinal)
            let role = function.Required == Role.None ? null : $"Migration.{function.Required}"
            select $"{method} /{route} {function.Name} {role}";
        Assert.Equal(functions.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_reference_leads_somewhere_and_every_parameter_of_a_route_is_described()
    {
        await using var service = await Service.StartAsync(Service.KeyMode);
        var document = (await service.SendAsync("GET openapi.json")).Json;
        var references = Strings(document, "$ref").ToList();
        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.Equal(
            JsonValueKind.Object,
            reference.Split('/').Skip(1).Aggregate(document, (node, part) => node.GetProperty(part)).ValueKind));
        foreach (var path in document.GetProperty("paths").EnumerateObject())
            foreach (var operation in path.Value.EnumerateObject())
                Assert.Equal(
                    path.Name.Split('/').Where(part => part.StartsWith('{')),
                    operation.Value.GetProperty("parameters").EnumerateArray()
                        .Where(p => p.GetProperty("in").GetString() == "path")
                        .Select(p => $"{{{p.GetProperty("name")}}}"));
    }

    [Fact]
    public async Task A_request_is_described_as_it_is_read()
    {
        await using var service = await Service.StartAsync(Service.KeyMode);
        var schemas = (await service.SendAsync("GET openapi.json")).Json.GetProperty("components").GetProperty("schemas");
        var start = schemas.GetProperty("StartRequest");
        Assert.Equal(["manifest"], start.GetProperty("required").EnumerateArray().Select(r => r.GetString()));
        Assert.False(start.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(
            ["dryRun", "rehearsal", "full"],
            start.GetProperty("properties").GetProperty("mode").GetProperty("enum").EnumerateArray().Select(e => e.GetString()));
        Assert.False(schemas.GetProperty("MigrationStatus").TryGetProperty("additionalProperties", out _));
    }

    [Fact]
    public void Every_function_says_what_it_answers() =>
        Assert.All(HttpFunctions.OfApp().All, function => Assert.NotNull(
            Attribute.GetCustomAttribute(function.Method, typeof(MigrationFunctions.Http.OpenApi.AnswersAttribute))));

    static IEnumerable<string> Strings(JsonElement element, string property) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p =>
            p.Name == property ? [p.Value.GetString()!] : Strings(p.Value, property)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(e => Strings(e, property)),
        _ => [],
    };
}
