using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace LocalRuntime.Triggers;

/// <summary>
/// The addresses that a management payload names (Durable Functions, HTTP API reference): 202 while the orchestration
/// has not ended, 200 when it has, 404 when there is none, 410 for steering one that has ended.
/// </summary>
static class ManagementEndpoints
{
    public static void Map(WebApplication app)
    {
        var instances = app.MapGroup(ManagementAddresses.BasePath + "/instances").AddEndpointFilter(CheckKeyAsync);
        instances.MapGet("", ListAsync);
        instances.MapGet("{id}", StatusAsync);
        instances.MapDelete("{id}", PurgeAsync);
        instances.MapPost("{id}/terminate", (string id, string? reason, DurableTaskClient client) =>
            SteerAsync(client, id, () => client.TerminateInstanceAsync(id, (object?)reason)));
        instances.MapPost("{id}/suspend", (string id, string? reason, DurableTaskClient client) =>
            SteerAsync(client, id, () => client.SuspendInstanceAsync(id, reason)));
        instances.MapPost("{id}/resume", (string id, string? reason, DurableTaskClient client) =>
            SteerAsync(client, id, () => client.ResumeInstanceAsync(id, reason)));
        instances.MapPost("{id}/raiseEvent/{name}", RaiseAsync);
    }

    static async ValueTask<object?> CheckKeyAsync(
        EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        var http = invocation.HttpContext;
        var keys = http.RequestServices.GetRequiredService<LocalRuntimeKeys>();
        if (!HttpTriggers.IsOpenedBy(http.Request, keys.SystemKey))
        {
            return Results.Unauthorized();
        }

        try
        {
            return await next(invocation);
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException)
        {
            // A malformed continuation token, or a payload over the bound.
            return Results.Problem(failure.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    static async Task<IResult> StatusAsync(string id, HttpRequest request, DurableTaskClient client, bool? showInput)
    {
        if (await client.GetInstanceAsync(id, getInputsAndOutputs: true) is not { } found)
        {
            return Results.NotFound();
        }

        if (!found.IsCompleted)
        {
            var headers = request.HttpContext.Response.Headers;
            headers.Location = $"{request.Scheme}://{request.Host}{request.Path}{request.QueryString}";
            headers.RetryAfter = "10";
        }

        return Results.Json(
            Describe(found, showInput != false),
            statusCode: found.IsCompleted ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }

    static async Task<IResult> ListAsync(
        HttpRequest request, DurableTaskClient client, string? runtimeStatus, string? instanceIdPrefix, int? top)
    {
        List<OrchestrationRuntimeStatus> statuses = [];
        const StringSplitOptions Trimmed = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        foreach (var text in (runtimeStatus ?? string.Empty).Split(',', Trimmed))
        {
            if (!Enum.TryParse<OrchestrationRuntimeStatus>(text, ignoreCase: true, out var status))
            {
                return Results.Problem($"'{text}' is no runtime status.", statusCode: StatusCodes.Status400BadRequest);
            }

            statuses.Add(status);
        }

        if (top < 1)
        {
            return Results.Problem("top must be positive.", statusCode: StatusCodes.Status400BadRequest);
        }

        var query = new OrchestrationQuery(
            Statuses: statuses,
            InstanceIdPrefix: instanceIdPrefix,
            PageSize: top ?? OrchestrationQuery.DefaultPageSize,
            FetchInputsAndOutputs: true,
            ContinuationToken: request.Headers["x-ms-continuation-token"]);
        await foreach (var page in client.GetAllInstancesAsync(query).AsPages())
        {
            if (page.ContinuationToken is { } next)
            {
                request.HttpContext.Response.Headers["x-ms-continuation-token"] = next;
            }

            return Results.Json(page.Values.Select(found => Describe(found, withInput: true)));
        }

        return Results.Json(Array.Empty<object>());
    }

    static async Task<IResult> PurgeAsync(string id, DurableTaskClient client) =>
        await client.PurgeInstanceAsync(id) is { PurgedInstanceCount: > 0 and var count }
            ? Results.Json(new { instancesDeleted = count })
            : Results.NotFound();

    static async Task<IResult> RaiseAsync(string id, string name, HttpRequest request, DurableTaskClient client)
    {
        JsonNode? payload;
        try
        {
            payload = request.ContentLength is 0 ? null : await JsonNode.ParseAsync(request.Body);
        }
        catch (JsonException failure)
        {
            return Results.Problem(
                "The event's payload is not JSON: " + failure.Message, statusCode: StatusCodes.Status400BadRequest);
        }

        return await SteerAsync(client, id, () => client.RaiseEventAsync(id, name, payload));
    }

    static async Task<IResult> SteerAsync(DurableTaskClient client, string id, Func<Task> steer)
    {
        var found = await client.GetInstanceAsync(id);
        if (found is null)
        {
            return Results.NotFound();
        }

        if (found.IsCompleted)
        {
            return Results.StatusCode(StatusCodes.Status410Gone);
        }

        await steer();
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }

    static object Describe(OrchestrationMetadata found, bool withInput) => new
    {
        name = found.Name,
        instanceId = found.InstanceId,
        runtimeStatus = found.RuntimeStatus.ToString(),
        input = withInput ? Node(found.SerializedInput) : null,
        customStatus = Node(found.SerializedCustomStatus),
        output = found.FailureDetails is { } failure
            ? JsonValue.Create(failure.ToString())
            : Node(found.SerializedOutput),
        createdTime = found.CreatedAt.UtcDateTime,
        lastUpdatedTime = found.LastUpdatedAt.UtcDateTime,
    };

    static JsonNode? Node(string? json) => json is null ? null : JsonNode.Parse(json);
}
