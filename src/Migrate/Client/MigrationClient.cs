using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Reconciling;
using Polly;
using Polly.Retry;

namespace Migrate.Client;

/// <summary>The HTTP API of the migration service, in Azure or on this machine. Reads are repeated when no connection
/// came about; nothing else is. Every failure is a <see cref="ServiceException"/>.</summary>
public sealed class MigrationClient : IDisposable
{
    const string KeyHeader = "x-functions-key";
    const int RepeatedReads = 2;

    // A newer service may say more than this version knows, but none says less than it counts on.
    static readonly JsonSerializerOptions Json = new(ManifestJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireWhatIsNotNullable } },
    };

    readonly ServiceAddress _address;
    readonly TimeProvider _clock;
    readonly HttpClient _http;
    readonly ResiliencePipeline _reads;

    public MigrationClient(ServiceAddress address, TimeProvider clock)
    {
        _address = address;
        _clock = clock;
        // A redirection would take the key along to another host, a proxy is in the way of this machine's own address.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !address.Api.IsLoopback })
        {
            BaseAddress = address.Api,
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (address.Key is { } key)
            _http.DefaultRequestHeaders.Add(KeyHeader, key);
        _reads = new ResiliencePipelineBuilder { TimeProvider = clock }.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = RepeatedReads,
            Delay = TimeSpan.FromMilliseconds(200),
            BackoffType = DelayBackoffType.Exponential,
            ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>(
                e => e.HttpRequestError == HttpRequestError.ConnectionError || e.InnerException is IOException),
        }).Build();
    }

    public Task<Answer<HealthReport>> CheckAsync(CancellationToken cancellationToken) =>
        GetAsync<HealthReport>("health/connections", cancellationToken);

    public Task<Answer<ManifestList>> ListManifestsAsync(CancellationToken cancellationToken) =>
        GetAsync<ManifestList>("manifests", cancellationToken);

    /// <param name="file">How the manifest is called in problems.</param>
    public Task<Answer<ManifestVerdict>> ValidateAsync(string json, string file, CancellationToken cancellationToken) =>
        PostAsync<ManifestVerdict>(
            $"manifests/validate?file={Uri.EscapeDataString(file)}",
            new StringContent(json, Encoding.UTF8, "application/json"), cancellationToken);

    public Task<Answer<StartedRun>> StartAsync(StartRequest request, CancellationToken cancellationToken) =>
        PostAsync<StartedRun>("migrations", JsonContent.Create(request, options: Json), cancellationToken);

    public Task<Answer<RunList>> ListRunsAsync(CancellationToken cancellationToken) =>
        GetAsync<RunList>("migrations", cancellationToken);

    public Task<Answer<MigrationStatus>> GetRunAsync(string runId, CancellationToken cancellationToken) =>
        GetAsync<MigrationStatus>($"migrations/{Uri.EscapeDataString(runId)}", cancellationToken);

    /// <param name="verb"><c>suspend</c>, <c>resume</c> or <c>terminate</c>.</param>
    public Task<Answer<SteeredRun>> SteerAsync(string runId, string verb, CancellationToken cancellationToken) =>
        PostAsync<SteeredRun>($"migrations/{Uri.EscapeDataString(runId)}/{verb}", null, cancellationToken);

    public Task<Answer<AdjustedRun>> AdjustAsync(
        string runId, RunLimitsChange change, CancellationToken cancellationToken)
    {
        var body = JsonContent.Create(change, options: Json);
        return AskAsync<AdjustedRun>(
            token => _http.PatchAsync($"migrations/{Uri.EscapeDataString(runId)}", body, token), cancellationToken);
    }

    public Task<Answer<StartedReconciliation>> ReconcileAsync(
        ReconciliationRequest request, CancellationToken cancellationToken) =>
        PostAsync<StartedReconciliation>("reconciliations", JsonContent.Create(request, options: Json), cancellationToken);

    public Task<Answer<ReconciliationStatus>> GetReconciliationAsync(string id, CancellationToken cancellationToken) =>
        GetAsync<ReconciliationStatus>($"reconciliations/{Uri.EscapeDataString(id)}", cancellationToken);

    public Task<Answer<StartedRepair>> RepairAsync(
        string reconciliationId, RepairRequest request, CancellationToken cancellationToken) =>
        PostAsync<StartedRepair>(
            $"reconciliations/{Uri.EscapeDataString(reconciliationId)}/repair", JsonContent.Create(request, options: Json),
            cancellationToken);

    public Task<Answer<RepairStatus>> GetRepairAsync(string reconciliationId, CancellationToken cancellationToken) =>
        GetAsync<RepairStatus>($"reconciliations/{Uri.EscapeDataString(reconciliationId)}/repair", cancellationToken);

    public Task<Answer<LegacyIdMatch>> FindByLegacyIdAsync(
        string entity, string tenant, string legacyId, CancellationToken cancellationToken) =>
        GetAsync<LegacyIdMatch>(
            $"mappings/{Uri.EscapeDataString(entity)}/{Uri.EscapeDataString(tenant)}/{Uri.EscapeDataString(legacyId)}",
            cancellationToken);

    public Task<Answer<LegacyIdMatch>> FindByIdAsync(string entity, Guid id, CancellationToken cancellationToken) =>
        GetAsync<LegacyIdMatch>($"mappings/{Uri.EscapeDataString(entity)}/{id}", cancellationToken);

    public void Dispose() => _http.Dispose();

    Task<Answer<T>> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        AskAsync<T>(token => _reads.ExecuteAsync(
            async attempt => await _http.GetAsync(path, attempt), token).AsTask(), cancellationToken);

    Task<Answer<T>> PostAsync<T>(string path, HttpContent? body, CancellationToken cancellationToken) =>
        AskAsync<T>(token => _http.PostAsync(path, body, token), cancellationToken);

    async Task<Answer<T>> AskAsync<T>(
        Func<CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_address.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await send(either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return response.IsSuccessStatusCode
                ? Read<T>(response, body)
                : throw ServiceFailure.Of(response, body, Json);
        }
        catch (OperationCanceledException e) when (
            timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw ServiceFailure.TimedOut(_address, e);
        }
        catch (HttpRequestException e)
        {
            throw ServiceFailure.Unreachable(_address, e);
        }
    }

    Answer<T> Read<T>(HttpResponseMessage response, byte[] body)
    {
        try
        {
            var all = JsonSerializer.Deserialize<JsonElement>(body, Json);
            var value = all.Deserialize<T>(Json) ?? throw new JsonException("The answer is null.");
            return new Answer<T>(value, all, RetryAfter(response));
        }
        catch (JsonException e)
        {
            throw ServiceFailure.NotUnderstood(_address, (int)response.StatusCode, e);
        }
    }

    // Values that are null are not written, so these alone may be missing.
    static void RequireWhatIsNotNullable(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            property.IsRequired =
                property.AssociatedParameter is { IsNullable: false, HasDefaultValue: false } parameter
                && Nullable.GetUnderlyingType(parameter.ParameterType) is null;
    }

    TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - _clock.GetUtcNow() : null;
}
