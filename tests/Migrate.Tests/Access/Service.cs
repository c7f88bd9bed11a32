using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LocalRuntime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Migrate.Hosting;
using MigrationFunctions.Http.Access;

namespace Migrate.Tests.Access;

/// <summary>A local host that calls by HTTP reach as they do an operator's; nobody answers where its databases should
/// be.</summary>
sealed class Service : IAsyncDisposable
{
    public const string Key = "key-of-the-tests";

    readonly DirectoryInfo _hub;
    readonly HttpClient _http;
    readonly WebApplication _app;

    Service(WebApplication app, DirectoryInfo hub)
    {
        (_app, _hub) = (app, hub);
        _http = new HttpClient { BaseAddress = new Uri(LocalHost.AddressOf(app) + "/api/") };
    }

    public static Dictionary<string, string?> KeyMode { get; } = new()
    {
        ["Migration:FunctionKey"] = Key,
        ["Migration:SourceConnection"] = "Data Source=127.0.0.1,1;Initial Catalog=x;User ID=x;Password=x;Connect Timeout=1;Encrypt=False",
        ["Migration:TargetConnection"] = "Host=127.0.0.1;Port=1;Database=x;Username=x;Password=x",
    };

    public static Dictionary<string, string?> EntraMode { get; } = new(KeyMode)
    {
        ["Migration:Authentication"] = "Entra",
        ["WEBSITE_AUTH_ENABLED"] = "True",
    };

    /// <summary>The app itself.</summary>
    public static Task<Service> StartAsync(
        Dictionary<string, string?> settings, FakeTimeProvider? clock = null, params (string, string)[] more)
    {
        var hub = Directory.CreateTempSubdirectory("migrate-access-");
        return StartAsync(
            LocalHost.Build("http://127.0.0.1:0", hub.FullName, With(settings, more), LogLevel.None, clock), hub);
    }

    /// <summary>The app's middleware around functions that are made for a test.</summary>
    public static Task<Service> ProbeAsync(ILoggerProvider logs, params (string, string)[] more)
    {
        var hub = Directory.CreateTempSubdirectory("migrate-access-");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.Configuration.AddInMemoryCollection(With(KeyMode, more));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddLocalRuntime(
            new LocalRuntimeOptions
            {
                TaskHubFolder = hub.FullName, FunctionsAssembly = typeof(Probes).Assembly, FunctionKey = Key,
            },
            worker => worker.UseMigrationMiddleware());
        builder.Services.AddSingleton(HttpFunctions.In([typeof(Probes)]));
        var app = builder.Build();
        app.MapFunctions();
        return StartAsync(app, hub);
    }

    /// <param name="call">Method and path: <c>GET migrations</c>.</param>
    public async Task<Received> SendAsync(
        string call, string? principal = null, string? body = null, string? key = Key, bool chunked = false,
        params (string Name, string Value)[] headers)
    {
        var parts = call.Split(' ');
        using var request = new HttpRequestMessage(new HttpMethod(parts[0]), parts[1]);
        if (key is not null)
            request.Headers.Add("x-functions-key", key);
        if (principal is not null)
            request.Headers.TryAddWithoutValidation(Principals.Header, principal);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TransferEncodingChunked = chunked ? true : null;
        using var response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        return new Received(
            (int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            response.Headers, response.Content.Headers.ContentType?.MediaType);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _hub.Delete(recursive: true);
    }

    static async Task<Service> StartAsync(WebApplication app, DirectoryInfo hub)
    {
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new Service(app, hub);
        }
        catch
        {
            await app.DisposeAsync();
            hub.Delete(recursive: true);
            throw;
        }
    }

    static Dictionary<string, string?> With(Dictionary<string, string?> settings, (string Name, string Value)[] more)
    {
        var all = new Dictionary<string, string?>(settings);
        foreach (var (name, value) in more)
            all[name] = value;
        return all;
    }
}

/// <summary>An answer as it came.</summary>
sealed record Received(int Status, string Text, HttpResponseHeaders Headers, string? ContentType)
{
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);

    /// <summary>The one problem's code.</summary>
    public string Code => Json.GetProperty("problems").EnumerateArray().Single().GetProperty("code").GetString()!;

    public string Remedy => Json.GetProperty("problems")[0].GetProperty("remedy").GetString()!;
}
