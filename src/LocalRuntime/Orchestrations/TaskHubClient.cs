using System.Diagnostics;
using System.Globalization;
using DurableTask.Core;
using DurableTask.Core.History;
using DurableTask.Core.Query;
using LocalRuntime.Functions;
using LocalRuntime.TaskHubs;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using CorePurgeFilter = DurableTask.Core.PurgeInstanceFilter;
using CoreQuery = DurableTask.Core.Query.OrchestrationQuery;
using OrchestrationQuery = Microsoft.DurableTask.Client.OrchestrationQuery;
using PurgeResult = Microsoft.DurableTask.Client.PurgeResult;
using TraceContext = DurableTask.Core.Tracing.DistributedTraceContext;

namespace LocalRuntime.Orchestrations;

/// <summary>
/// The client of a task hub, whatever its provider. What it asks for is stored when its task ends; what the client of Durable
/// Functions refuses, it refuses. Recursive termination and purge are not offered: no provider but one could.
/// </summary>
sealed class TaskHubClient(TaskHubHost host, PayloadConverter converter, LocalRuntimeOptions options)
    : DurableTaskClient("local")
{
    static readonly OrchestrationStatus[] AtWork = [OrchestrationStatus.Pending, OrchestrationStatus.Running];

    static readonly OrchestrationStatus[] Suspended = [OrchestrationStatus.Suspended];

    static readonly OrchestrationStatus[] Ended =
        [OrchestrationStatus.Completed, OrchestrationStatus.Failed, OrchestrationStatus.Terminated];

    static readonly TimeSpan StartPolling = TimeSpan.FromMilliseconds(250);

    IOrchestrationServiceClient Hub => host.Client;

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName,
        object? input = null,
        StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(orchestratorName.Name, nameof(orchestratorName));
        cancellation.ThrowIfCancellationRequested();
        var instance = new OrchestrationInstance
        {
            InstanceId = InstanceId.Checked(options?.InstanceId ?? Guid.NewGuid().ToString("N")),
            ExecutionId = Guid.NewGuid().ToString("N"),
        };
        var started = new ExecutionStartedEvent(-1, converter.Serialize(input))
        {
            Name = orchestratorName.Name,
            Version = options?.Version?.Version ?? string.Empty,
            OrchestrationInstance = instance,
            ScheduledStartTime = options?.StartAt?.UtcDateTime,
            Tags = Tags(options),
            Timestamp = Now,
            ParentTraceContext = Activity.Current is { Id: { } id } caller
                ? new TraceContext(id, caller.TraceStateString)
                : null,
        };
        Seam(RuntimeSeams.StartBeforeCommit);
        await Hub.CreateTaskOrchestrationAsync(
            new TaskMessage { OrchestrationInstance = instance, Event = started }, Excluded(options));
        Seam(RuntimeSeams.StartAfterCommit);
        return instance.InstanceId;
    }

    public override async Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        await ThrowUnlessInAsync(OrchestrationStates.NotEnded, instanceId, "raise an event for");
        var raised = new EventRaisedEvent(-1, converter.Serialize(eventPayload)) { Name = eventName };
        Seam(RuntimeSeams.EventBeforeCommit);
        await SendAsync(instanceId, raised);
    }

    public override async Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        if (options?.Recursive == true)
        {
            throw new NotSupportedException("A task hub does not terminate recursively: terminate each instance.");
        }

        await ThrowUnlessInAsync(OrchestrationStates.NotEnded, instanceId, "terminate");
        await Hub.ForceTerminateTaskOrchestrationAsync(instanceId, converter.Serialize(options?.Output));
    }

    public override async Task SuspendInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        await ThrowUnlessInAsync(AtWork, instanceId, "suspend");
        Seam(RuntimeSeams.SuspendBeforeCommit);
        await SendAsync(instanceId, new ExecutionSuspendedEvent(-1, reason));
        Seam(RuntimeSeams.SuspendAfterCommit);
    }

    public override async Task ResumeInstanceAsync(
        string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        await ThrowUnlessInAsync(Suspended, instanceId, "resume");
        await SendAsync(instanceId, new ExecutionResumedEvent(-1, reason));
        Seam(RuntimeSeams.ResumeAfterCommit);
    }

    public override async Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        await FindAsync(instanceId) is { } found ? Metadata(found, getInputsAndOutputs) : null;

    public override async Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        while (true)
        {
            var found = await FindAsync(instanceId) ?? throw NotFound(instanceId);
            if (found.OrchestrationStatus != OrchestrationStatus.Pending)
            {
                return Metadata(found, getInputsAndOutputs);
            }

            await Task.Delay(StartPolling, cancellation);
        }
    }

    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        _ = await FindAsync(instanceId) ?? throw NotFound(instanceId);
        var ended = await Hub.WaitForOrchestrationAsync(instanceId, null, Timeout.InfiniteTimeSpan, cancellation)
            ?? throw NotFound(instanceId);
        return Metadata(ended, getInputsAndOutputs);
    }

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        var query = filter ?? new OrchestrationQuery();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(query.PageSize, nameof(filter));
        return Pageable.Create(async (token, size, cancellation) =>
        {
            var page = await ((IOrchestrationServiceQueryClient)Hub).GetOrchestrationWithQueryAsync(
                new CoreQuery
                {
                    RuntimeStatus = query.Statuses?.Select(Statuses.ToCore).ToList() is { Count: > 0 } statuses ? statuses : null,
                    CreatedTimeFrom = query.CreatedFrom?.UtcDateTime,
                    CreatedTimeTo = query.CreatedTo?.UtcDateTime,
                    InstanceIdPrefix = query.InstanceIdPrefix,
                    PageSize = size ?? query.PageSize,
                    ContinuationToken = token ?? query.ContinuationToken,
                    FetchInputsAndOutputs = query.FetchInputsAndOutputs,
                },
                cancellation);
            return new Page<OrchestrationMetadata>(
                [.. page.OrchestrationState.Select(found => Metadata(found, query.FetchInputsAndOutputs))],
                page.ContinuationToken);
        });
    }

    /// <summary>Purges an instance that has ended; zero when there is none, or it has not.</summary>
    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ThrowIfRecursive(options);
        if (await FindAsync(instanceId) is not { } found || !Ended.Contains(found.OrchestrationStatus))
        {
            return new PurgeResult(0, isComplete: true);
        }

        var purged = await ((IOrchestrationServicePurgeClient)Hub).PurgeInstanceStateAsync(instanceId);
        return new PurgeResult(purged.DeletedInstanceCount, isComplete: true);
    }

    /// <summary>Purges what has ended and matches the filter.</summary>
    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ThrowIfRecursive(options);
        var statuses = filter.Statuses?.Select(Statuses.ToCore).ToList() is { Count: > 0 } given
            ? Ended.Intersect(given).ToArray()
            : Ended;
        if (statuses.Length == 0)
        {
            // Azure Storage takes no status for every status, those of running instances included.
            return new PurgeResult(0, isComplete: true);
        }

        var purged = await ((IOrchestrationServicePurgeClient)Hub).PurgeInstanceStateAsync(new CorePurgeFilter(
            filter.CreatedFrom?.UtcDateTime ?? DateTime.UnixEpoch, filter.CreatedTo?.UtcDateTime, statuses));
        return new PurgeResult(purged.DeletedInstanceCount, isComplete: true);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    DateTime Now => options.TimeProvider.GetUtcNow().UtcDateTime;

    static InvalidOperationException NotFound(string id) => new($"There is no orchestration instance '{id}'.");

    static void ThrowIfRecursive(PurgeInstanceOptions? options)
    {
        if (options?.Recursive == true)
        {
            throw new NotSupportedException("A task hub does not purge recursively: purge each instance.");
        }
    }

    // The two tags make the worker trace the creation, as the client of the official SDK has it (ShimDurableTaskClient.cs).
    static Dictionary<string, string> Tags(StartOrchestrationOptions? options) => new(options?.Tags ?? new Dictionary<string, string>())
    {
        [OrchestrationTags.CreateTraceForNewOrchestration] = "true",
        [OrchestrationTags.RequestTime] = DateTimeOffset.UtcNow.ToString(CultureInfo.InvariantCulture),
    };

    static OrchestrationStatus[] Excluded(StartOrchestrationOptions? options) =>
        options?.DedupeStatuses is { } given
            ? [.. given.Select(status => Enum.Parse<OrchestrationStatus>(status, ignoreCase: true))]
            : OrchestrationStates.NotEnded;

    void Seam(string name) => options.OnSeam?.Invoke(name);

    async Task<OrchestrationState?> FindAsync(string instanceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var states = await Hub.GetOrchestrationStateAsync(instanceId, allExecutions: false);
        return states?.FirstOrDefault();
    }

    // What the client of Durable Functions refuses (DurableClient.cs of the host's extension), of the state that is stored.
    async Task ThrowUnlessInAsync(OrchestrationStatus[] states, string instanceId, string doing)
    {
        var found = await FindAsync(instanceId)
            ?? throw new ArgumentException($"No instance with ID '{instanceId}' was found.", nameof(instanceId));
        if (!states.Contains(found.OrchestrationStatus))
        {
            throw new InvalidOperationException(
                $"Cannot {doing} the orchestration instance {instanceId} because instance is in the "
                + $"{found.OrchestrationStatus} state.");
        }
    }

    Task SendAsync(string instanceId, HistoryEvent historyEvent)
    {
        historyEvent.Timestamp = Now;
        return Hub.SendTaskOrchestrationMessageAsync(new TaskMessage
        {
            OrchestrationInstance = new OrchestrationInstance { InstanceId = instanceId },
            Event = historyEvent,
        });
    }

    OrchestrationMetadata Metadata(OrchestrationState found, bool withData) => new(
        found.Name, found.OrchestrationInstance.InstanceId)
    {
        DataConverter = withData ? converter : null,
        RuntimeStatus = Statuses.FromCore(found.OrchestrationStatus),
        CreatedAt = new DateTimeOffset(found.CreatedTime),
        LastUpdatedAt = new DateTimeOffset(found.LastUpdatedTime),
        SerializedInput = withData ? found.Input : null,
        // Azure Storage keeps the reason of a suspension there until the instance ends.
        SerializedOutput = withData && found.OrchestrationStatus is OrchestrationStatus.Completed or OrchestrationStatus.Terminated
            ? found.Output
            : null,
        // And the absence of a status as JSON.
        SerializedCustomStatus = withData && found.Status != "null" ? found.Status : null,
        FailureDetails = withData && found.OrchestrationStatus == OrchestrationStatus.Failed ? Statuses.FailureOf(found) : null,
        Tags = new Dictionary<string, string>(found.Tags ?? new Dictionary<string, string>()),
    };
}
