using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;

namespace Scenarios.Tests.Harness;

/// <summary>The HTTP API as an operator's script sees it.</summary>
public sealed class Api : IDisposable
{
    public const string Key = "scenario-key-4711";

    public static TimeSpan Limit { get; } = TimeSpan.FromMinutes(4);
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    static readonly string[] Ended =
        [States.Completed, States.CompletedWithRejects, States.Failed, States.Terminated];

    readonly HttpClient _http;

    public Api(Uri address, string? key = Key)
    {
        _http = new HttpClient { BaseAddress = new Uri(address, "/api/"), Timeout = Limit };
        if (key is not null)
            _http.DefaultRequestHeaders.Add("x-functions-key", key);
    }

    public Uri Address => _http.BaseAddress!;

    public async Task<Answer> GetAsync(string path) => await Answer.FromAsync(await _http.GetAsync(Relative(path)));

    public Task<byte[]> BytesAsync(string path) => _http.GetByteArrayAsync(Relative(path));

    public async Task<Answer> PostAsync(string path, object? body = null) =>
        await Answer.FromAsync(await _http.PostAsJsonAsync(Relative(path), body, ManifestJson.Options));

    public async Task<Answer> PatchAsync(string path, object body) =>
        await Answer.FromAsync(await _http.PatchAsJsonAsync(Relative(path), body, ManifestJson.Options));

    public async Task<Answer> PostTextAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await Answer.FromAsync(await _http.PostAsync(Relative(path), content));
    }

    public async Task<Answer> PostBytesAsync(string path, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        return await Answer.FromAsync(await _http.PostAsync(Relative(path), content));
    }

    /// <summary>Sends a request with headers of the caller's own.</summary>
    public Task<Answer> SendAsync(HttpMethod method, string path, object? body, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, body, CancellationToken.None, headers);

    /// <summary>The same of a caller who may go away.</summary>
    public async Task<Answer> SendAsync(
        HttpMethod method, string path, object? body, CancellationToken cancellationToken,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Relative(path));
        if (body is not null)
            request.Content = JsonContent.Create(body, options: ManifestJson.Options);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await Answer.FromAsync(await _http.SendAsync(request, cancellationToken));
    }

    /// <summary>Starts a run and fails unless it is accepted.</summary>
    public async Task<string> StartAsync(object body)
    {
        var answer = await PostAsync("migrations", body);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"The start was not accepted: {answer}");
        return answer.Json.GetProperty("runId").GetString()!;
    }

    public async Task<MigrationStatus> StatusAsync(string runId)
    {
        var answer = await GetAsync($"migrations/{runId}");
        Assert.True(answer.Status == HttpStatusCode.OK, $"No status: {answer}");
        return JsonSerializer.Deserialize<MigrationStatus>(answer.Text, ManifestJson.Options)!;
    }

    /// <summary>The status when the run has ended, whatever its verdict.</summary>
    public Task<MigrationStatus> EndAsync(string runId) =>
        UntilAsync(runId, status => Ended.Contains(status.Status), "has ended");

    /// <summary>Reconciles, and returns the end.</summary>
    public async Task<ReconciliationStatus> ReconcileAsync(object body) =>
        await EndOfReconciliationAsync(await StartReconciliationAsync(body));

    /// <summary>Starts a reconciliation and fails unless it is accepted.</summary>
    public async Task<string> StartReconciliationAsync(object body)
    {
        var answer = await PostAsync("reconciliations", body);
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"The start was not accepted: {answer}");
        return answer.Json.GetProperty("reconciliationId").GetString()!;
    }

    public Task<ReconciliationStatus> EndOfReconciliationAsync(string id) =>
        EndAsync<ReconciliationStatus>($"reconciliations/{id}", status => status.Status);

    public Task<RepairStatus> EndOfRepairAsync(string reconciliationId) =>
        EndAsync<RepairStatus>($"reconciliations/{reconciliationId}/repair", status => status.Status);

    async Task<T> EndAsync<T>(string path, Func<T, string> statusOf)
    {
        using var timer = new PeriodicTimer(Pause);
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await GetAsync(path);
            Assert.True(answer.Status == HttpStatusCode.OK, $"No status: {answer}");
            var status = JsonSerializer.Deserialize<T>(answer.Text, ManifestJson.Options)!;
            if (Ended.Contains(statusOf(status)))
                return status;
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Limit, $"{path} does not end: {answer}");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Asks again and again until the status is as wished; fails after minutes with the last one.</summary>
    public async Task<MigrationStatus> UntilAsync(string runId, Func<MigrationStatus, bool> isSo, string wish)
    {
        using var timer = new PeriodicTimer(Pause);
        var since = TimeProvider.System.GetTimestamp();
        MigrationStatus status;
        while (!isSo(status = await StatusAsync(runId)))
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(since) < Limit,
                $"Run {runId} is not one that {wish}: {ToJson(status)}");
            await timer.WaitForNextTickAsync();
        }
        return status;
    }

    public static string ToJson(object body) => JsonSerializer.Serialize(body, ManifestJson.Options);

    public void Dispose() => _http.Dispose();

    static Uri Relative(string path) => new(path, UriKind.RelativeOrAbsolute);
}

/// <summary>An answer with its body.</summary>
public sealed record Answer(HttpStatusCode Status, string? ContentType, Uri? Location, string Text)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Text);

    /// <summary>The codes of a problem answer, in its order.</summary>
    public IReadOnlyList<string> Codes =>
        [.. Json.GetProperty("problems").EnumerateArray().Select(p => p.GetProperty("code").GetString()!)];

    public override string ToString() => $"{(int)Status} {ContentType}: {Text}";

    internal static async Task<Answer> FromAsync(HttpResponseMessage response)
    {
        using (response)
            return new Answer(
                response.StatusCode, response.Content.Headers.ContentType?.MediaType, response.Headers.Location,
                await response.Content.ReadAsStringAsync());
    }
}
