using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace Migrate.Tests.Running;

/// <summary>A real HTTP server on a free port that answers what a test told it to, and remembers what it was
/// asked.</summary>
sealed class ScriptedService : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentDictionary<string, ConcurrentQueue<RequestDelegate>> _script = new();

    ScriptedService()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public ConcurrentQueue<ReceivedRequest> Requests { get; } = [];

    public string Url =>
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<ScriptedService> StartAsync()
    {
        var service = new ScriptedService();
        await service._app.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    /// <summary>Adds an answer for a request like <c>GET /api/migrations</c>; the last one is given again and
    /// again.</summary>
    public ScriptedService On(string request, RequestDelegate answer)
    {
        _script.GetOrAdd(request, _ => []).Enqueue(answer);
        return this;
    }

    public ScriptedService On(
        string request, object body, int status = 200, (string Name, string Value)? header = null) =>
        On(request, async http =>
        {
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json";
            if (header is { } extra)
                http.Response.Headers[extra.Name] = extra.Value;
            await http.Response.WriteAsync(body as string ?? JsonSerializer.Serialize(body, ManifestJson.Options));
        });

    public ScriptedService OnProblems(string request, int status, params Problem[] problems) =>
        On(request, new { type = "about:blank", title = $"Title {status}.", status, problems }, status);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task AnswerAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body);
        var request = $"{http.Request.Method} {http.Request.Path.Value}";
        Requests.Enqueue(new ReceivedRequest(
            request, http.Request.QueryString.Value!, http.Request.Headers["x-functions-key"],
            await reader.ReadToEndAsync()));
        if (!_script.TryGetValue(request, out var answers))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        if (answers.Count == 1 ? answers.TryPeek(out var answer) : answers.TryDequeue(out answer))
            await answer!(http);
    }
}

sealed record ReceivedRequest(string Line, string Query, string? Key, string Body);
