using System.Globalization;
using System.Text.Json;
using DurableTask.Core.Exceptions;
using LocalRuntime.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Orchestrations;

/// <summary>The client of the local task hub. What it asks for is on disk when its task ends.</summary>
sealed class LocalDurableTaskClient(
    RuntimeEngine engine, PayloadConverter converter, LocalRuntimeOptions options, LocalRuntimeKeys keys)
    : DurableTaskClient("local"), IHttpManagementSource
{
    static readonly OrchestrationRuntimeStatus[] NotEnded =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    static readonly OrchestrationRuntimeStatus[] AtWork =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running];

    static readonly OrchestrationRuntimeStatus[] Suspended = [OrchestrationRuntimeStatus.Suspended];

    string? IHttpManagementSource.HttpBaseUrl =>
        engine.BaseAddress is { } address ? address + IHttpManagementSource.BasePath : null;

    string? IHttpManagementSource.QueryString =>
        $"taskHub={Uri.EscapeDataString(engine.Settings.HubName)}&connection=Storage&code={keys.SystemKey}";

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        cancellation.ThrowIfCancellationRequested();
        var now = Now;
        var id = options?.InstanceId ?? Guid.NewGuid().ToString("N");
        using var span = Tracing.StartCreate(orchestratorName.Name, id, parent: null);
        var instance = new InstanceRecord
        {
            Id = id,
            Execution = TurnActions.NewExecution(),
            Name = orchestratorName.Name,
            Version = options?.Version?.Version ?? string.Empty,
            Created = now,
            Updated = now,
            Input = converter.Serialize(input),
            Tags = options?.Tags.Count > 0 ? JsonSerializer.Serialize(options.Tags) : null,
            Trace = TraceLink.Of(System.Diagnostics.Activity.Current),
        };
        ThrowIfInvalid(instance.Id);
        var startAt = options?.StartAt?.UtcDateTime ?? default;
        Seam(RuntimeSeams.StartBeforeCommit);
        if (await engine.Store.CreateAsync(instance, startAt, Excluded(options)) is { } existing)
        {
            span?.SetStatus(System.Diagnostics.ActivityStatusCode.Error, existing.ToString());
            throw new OrchestrationAlreadyExistsException(
                $"An Orchestration instance with the ID {instance.Id} already exists and is {existing}.");
        }

        Seam(RuntimeSeams.StartAfterCommit);
        engine.WakeAt(instance.Id, startAt);
        return instance.Id;
    }

    public override Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        ThrowUnlessIn(NotEnded, instanceId, "raise an event for");
        var message = new Message(
            instanceId, EventKind.EventRaised, Name: eventName, Data: converter.Serialize(eventPayload));
        Seam(RuntimeSeams.EventBeforeCommit);
        return engine.SendAsync(message);
    }

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ThrowUnlessIn(NotEnded, instanceId, "terminate");
        return engine.SendAsync(new Message(
            instanceId,
            EventKind.Terminate,
            options?.Recursive == true ? 1 : 0,
            Data: converter.Serialize(options?.Output)));
    }

    public override async Task SuspendInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        ThrowUnlessIn(AtWork, instanceId, "suspend");
        Seam(RuntimeSeams.SuspendBeforeCommit);
        await engine.SendAsync(new Message(instanceId, EventKind.Suspend, Data: reason));
        Seam(RuntimeSeams.SuspendAfterCommit);
    }

    public override async Task ResumeInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        ThrowUnlessIn(Suspended, instanceId, "resume");
        await engine.SendAsync(new Message(instanceId, EventKind.Resume, Data: reason));
        Seam(RuntimeSeams.ResumeAfterCommit);
    }

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        Task.FromResult(
            engine.Store.Find(Given(instanceId)) is { } found ? Metadata(found, getInputsAndOutputs) : null);

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(
            instanceId, found => found.Status != OrchestrationRuntimeStatus.Pending, getInputsAndOutputs, cancellation);

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        WaitAsync(instanceId, found => found.IsCompleted, getInputsAndOutputs, cancellation);

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        var query = filter ?? new OrchestrationQuery();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(query.PageSize, nameof(filter));
        return Pageable.Create((token, size, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Task.FromResult(PageOf(query, token ?? query.ContinuationToken, size ?? query.PageSize));
        });
    }

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) =>
        new(await engine.Store.PurgeAsync([Given(instanceId)], options?.Recursive == true), isComplete: true);

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var found = engine.Store.Query(new InstanceFilter(
            filter.CreatedFrom?.UtcDateTime,
            filter.CreatedTo?.UtcDateTime,
            filter.Statuses?.ToList(),
            IdPrefix: null,
            After: null,
            Limit: int.MaxValue));
        var ended = found.Where(instance => instance.IsCompleted).Select(instance => instance.Id).ToList();
        return new PurgeResult(await engine.Store.PurgeAsync(ended, options?.Recursive == true), isComplete: true);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // What the client of Durable Functions refuses (DurableClient.cs of the host's extension), of the state that is on disk.
    void ThrowUnlessIn(OrchestrationRuntimeStatus[] states, string instanceId, string doing)
    {
        var found = engine.Store.Find(Given(instanceId))
            ?? throw new ArgumentException($"No instance with ID '{instanceId}' was found.", nameof(instanceId));
        if (!states.Contains(found.Status))
        {
            throw new InvalidOperationException(
                $"Cannot {doing} the orchestration instance {instanceId} because instance is in the {found.Status} state.");
        }
    }

    DateTime Now => options.TimeProvider.GetUtcNow().UtcDateTime;

    static string Given(string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        return instanceId;
    }

    // The bounds that Azure Storage sets on an instance id.
    static void ThrowIfInvalid(string id)
    {
        if (id.Length is 0 or > 100 || id[0] == '@' || id.Any(c => char.IsControl(c) || c is '/' or '\\' or '#' or '?'))
        {
            throw new ArgumentException(
                $"'{id}' is no instance id: it must have 1 to 100 characters, must not begin with @, and must not hold "
                + "/ \\ # ? or control characters.",
                nameof(id));
        }
    }

    static OrchestrationRuntimeStatus[] Excluded(StartOrchestrationOptions? options) =>
        options?.DedupeStatuses is { } given
            ? [.. given.Select(status => Enum.Parse<OrchestrationRuntimeStatus>(status, ignoreCase: true))]
            : NotEnded;

    void Seam(string name) => options.OnSeam?.Invoke(name);

    async Task<OrchestrationMetadata> WaitAsync(
        string id, Func<InstanceRecord, bool> reached, bool withData, CancellationToken cancellation)
    {
        while (true)
        {
            var change = engine.Watch.NextChange(Given(id));
            var found = engine.Store.Find(id)
                ?? throw new InvalidOperationException($"There is no orchestration instance '{id}'.");
            if (reached(found))
            {
                return Metadata(found, withData);
            }

            await change.WaitAsync(cancellation);
        }
    }

    Page<OrchestrationMetadata> PageOf(OrchestrationQuery query, string? token, int size)
    {
        var found = engine.Store.Query(new InstanceFilter(
            query.CreatedFrom?.UtcDateTime,
            query.CreatedTo?.UtcDateTime,
            query.Statuses?.ToList() is { Count: > 0 } statuses ? statuses : null,
            query.InstanceIdPrefix,
            token is null ? null : Position(token),
            size + 1));
        var page = found.Take(size).ToList();
        return new Page<OrchestrationMetadata>(
            [.. page.Select(instance => Metadata(instance, query.FetchInputsAndOutputs))],
            found.Count > size
                ? string.Create(CultureInfo.InvariantCulture, $"{page[^1].Created.Ticks}/{page[^1].Id}")
                : null);
    }

    static (DateTime, string) Position(string token)
    {
        var slash = token.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && long.TryParse(
            token.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTime.MaxValue.Ticks
            ? (new DateTime(ticks, DateTimeKind.Utc), token[(slash + 1)..])
            : throw new ArgumentException($"'{token}' is no continuation token of this task hub.", nameof(token));
    }

    OrchestrationMetadata Metadata(InstanceRecord found, bool withData) => new(found.Name, found.Id)
    {
        DataConverter = withData ? converter : null,
        RuntimeStatus = found.Status,
        CreatedAt = new DateTimeOffset(found.Created),
        LastUpdatedAt = new DateTimeOffset(found.Updated),
        SerializedInput = withData ? found.Input : null,
        SerializedOutput = withData ? found.Output : null,
        SerializedCustomStatus = withData ? found.CustomStatus : null,
        FailureDetails = withData && found.Failure is { } failure ? Failures.FromJson(failure) : null,
        Tags = found.Tags is { } tags
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(tags)!
            : System.Collections.Immutable.ImmutableDictionary<string, string>.Empty,
    };
}
