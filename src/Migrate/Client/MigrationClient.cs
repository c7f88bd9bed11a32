using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Reporting;
using MigrationFunctions.Core.Starting;
using Polly;
using Polly.Retry;

namespace Migrate.Client;

/// <summary>The HTTP API of the migration service, in Azure or on this machine. Reads are repeated when no connection
/// came about, and everything that was refused only because this caller asks too often. Every failure is a
/// <see cref="ServiceException"/>.</summary>
public sealed class MigrationClient : IDisposable
{
    const string KeyHeader = "x-functions-key";
    const int RepeatedReads = 2;
    const int RepeatedRefusals = 3;

    static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(2);
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

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
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = !address.Api.IsLoopback };
        _http = new HttpClient(address.Entra is { } entra ? new ServiceTokenHandler(entra, handler) : handler)
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
    public Task<Answer<ValidManifest>> ValidateAsync(string json, string file, CancellationToken cancellationToken) =>
        PostAsync<ValidManifest>(
            $"manifests/validate?file={Uri.EscapeDataString(file)}",
            new StringContent(json, Encoding.UTF8, "application/json"), cancellationToken);

    public Task<Answer<StartedRun>> StartAsync(StartRequest request, CancellationToken cancellationToken) =>
        PostAsync<StartedRun>("migrations", JsonContent.Create(request, options: Json), cancellationToken);

    public Task<Answer<MigrationList>> ListRunsAsync(CancellationToken cancellationToken) =>
        GetAsync<MigrationList>("migrations", cancellationToken);

    public Task<Answer<MigrationStatus>> GetRunAsync(string runId, CancellationToken cancellationToken) =>
        GetAsync<MigrationStatus>($"migrations/{Uri.EscapeDataString(runId)}", cancellationToken);

    /// <param name="verb"><c>suspend</c>, <c>resume</c> or <c>terminate</c>.</param>
    public Task<Answer<SteeredMigration>> SteerAsync(string runId, string verb, CancellationToken cancellationToken) =>
        PostAsync<SteeredMigration>($"migrations/{Uri.EscapeDataString(runId)}/{verb}", null, cancellationToken);

    public Task<Answer<AdjustedRun>> AdjustAsync(
        string runId, RunLimitsChange change, CancellationToken cancellationToken)
    {
        var body = JsonContent.Create(change, options: Json);
        return AskAsync<AdjustedRun>(
            token => _http.PatchAsync($"migrations/{Uri.EscapeDataString(runId)}", body, token), cancellationToken);
    }

    public Task<Answer<AcceptedReconciliation>> ReconcileAsync(
        ReconciliationRequest request, CancellationToken cancellationToken) =>
        PostAsync<AcceptedReconciliation>("reconciliations", JsonContent.Create(request, options: Json), cancellationToken);

    public Task<Answer<ReconciliationStatus>> GetReconciliationAsync(string id, CancellationToken cancellationToken) =>
        GetAsync<ReconciliationStatus>($"reconciliations/{Uri.EscapeDataString(id)}", cancellationToken);

    public Task<Answer<StartedRepair>> RepairAsync(
        string reconciliationId, RepairRequest request, CancellationToken cancellationToken) =>
        PostAsync<StartedRepair>(
            $"reconciliations/{Uri.EscapeDataString(reconciliationId)}/repair", JsonContent.Create(request, options: Json),
            cancellationToken);

    public Task<Answer<RepairStatus>> GetRepairAsync(string reconciliationId, CancellationToken cancellationToken) =>
        GetAsync<RepairStatus>($"reconciliations/{Uri.EscapeDataString(reconciliationId)}/repair", cancellationToken);

    /// <param name="path"><c>migrations/ID</c> or <c>reconciliations/ID</c>.</param>
    public Task<byte[]> GetReportAsync(string path, ReportFormat format, CancellationToken cancellationToken) =>
        SendAsync(
            token => ReadAsync($"{path}/report?format={ManifestJson.Name(format)}", token),
            (_, body) => body, cancellationToken);

    public Task<Answer<RejectPage>> ListRejectsAsync(
        string runId, RejectFilter filter, int skip, int take, CancellationToken cancellationToken) =>
        GetAsync<RejectPage>(
            $"migrations/{Uri.EscapeDataString(runId)}/rejects?skip={skip}&take={take}"
            + Parameter("tenant", filter.Tenant) + Parameter("entity", filter.Entity) + Parameter("rule", filter.Rule)
            + (filter.State == RejectState.Open ? "" : Parameter("state", ManifestJson.Name(filter.State))),
            cancellationToken);

    public Task<Answer<AuditPage>> ListAuditAsync(
        RunMode mode, string? subject, long after, int take, CancellationToken cancellationToken) =>
        GetAsync<AuditPage>(
            $"audit?mode={ManifestJson.Name(mode)}&after={after}&take={take}"
            + Parameter("subject", subject), cancellationToken);

    public Task<Answer<AuditVerdict>> VerifyAuditAsync(RunMode mode, CancellationToken cancellationToken) =>
        GetAsync<AuditVerdict>(
            $"audit/verify?mode={ManifestJson.Name(mode)}", cancellationToken);

    public Task<Answer<LegacyIdMatch>> FindByLegacyIdAsync(
        string entity, string tenant, string legacyId, CancellationToken cancellationToken) =>
        GetAsync<LegacyIdMatch>(
            $"mappings/{Uri.EscapeDataString(entity)}?tenant={Uri.EscapeDataString(tenant)}&legacyId={Uri.EscapeDataString(legacyId)}",
            cancellationToken);

    public Task<Answer<LegacyIdMatch>> FindByIdAsync(string entity, Guid id, CancellationToken cancellationToken) =>
        GetAsync<LegacyIdMatch>($"mappings/{Uri.EscapeDataString(entity)}/{id}", cancellationToken);

    public void Dispose() => _http.Dispose();

    Task<Answer<T>> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        AskAsync<T>(token => ReadAsync(path, token), cancellationToken);

    Task<HttpResponseMessage> ReadAsync(string path, CancellationToken cancellationToken) =>
        _reads.ExecuteAsync(async attempt => await _http.GetAsync(path, attempt), cancellationToken).AsTask();

    Task<Answer<T>> PostAsync<T>(string path, HttpContent? body, CancellationToken cancellationToken) =>
        AskAsync<T>(token => _http.PostAsync(path, body, token), cancellationToken);

    Task<Answer<T>> AskAsync<T>(
        Func<CancellationToken, Task<HttpResponseMessage>> send, CancellationToken cancellationToken) =>
        SendAsync(send, Read<T>, cancellationToken);

    // A call that came too often was not carried out, so it may be repeated whatever it does.
    async Task<T> SendAsync<T>(
        Func<CancellationToken, Task<HttpResponseMessage>> send, Func<HttpResponseMessage, byte[], T> read,
        CancellationToken cancellationToken)
    {
        for (var refusals = 0; ; refusals++)
        {
            TimeSpan wait;
            try
            {
                return await SendOnceAsync(send, read, cancellationToken);
            }
            catch (ServiceException e) when (
                e.Status == 429 && refusals < RepeatedRefusals && (e.RetryAfter ?? UsualWait) <= LongestWait)
            {
                wait = e.RetryAfter ?? UsualWait;
            }
            await Task.Delay(wait > TimeSpan.Zero ? wait : UsualWait, _clock, cancellationToken);
        }
    }

    async Task<T> SendOnceAsync<T>(
        Func<CancellationToken, Task<HttpResponseMessage>> send, Func<HttpResponseMessage, byte[], T> read,
        CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_address.Timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await send(either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return response.IsSuccessStatusCode
                ? read(response, body)
                : throw ServiceFailure.Of(response, body, Json, RetryAfter(response));
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

    static string Parameter(string name, string? value) =>
        value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

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
