using System.Globalization;
using DurableTask.Core;
using DurableTask.Core.Exceptions;
using DurableTask.Core.History;
using DurableTask.Core.Query;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>The client's side: what it asks for is on disk when its task ends.</summary>
sealed partial class SqliteOrchestrationService
    : IOrchestrationServiceClient, IOrchestrationServiceQueryClient, IOrchestrationServicePurgeClient
{
    public Task CreateTaskOrchestrationAsync(TaskMessage creationMessage) =>
        CreateTaskOrchestrationAsync(creationMessage, OrchestrationStates.NotEnded);

    /// <exception cref="OrchestrationAlreadyExistsException">
    /// There is an instance of that id in one of the states; null means those that have not ended.
    /// </exception>
    public async Task CreateTaskOrchestrationAsync(TaskMessage creationMessage, OrchestrationStatus[]? dedupeStatuses)
    {
        var start = (ExecutionStartedEvent)creationMessage.Event;
        var id = start.OrchestrationInstance.InstanceId;
        var existing = await store.WriteAsync<OrchestrationStatus?>(connection =>
        {
            if (Statements.Position(connection, id)?.Status is { } found
                && (dedupeStatuses ?? OrchestrationStates.NotEnded).Contains(found))
            {
                return found;
            }

            Statements.Start(connection, start, Now);
            return null;
        });
        if (existing is { } status)
        {
            throw new OrchestrationAlreadyExistsException(TurnCommit.AlreadyExists(id, status));
        }

        Wake(id, start.ScheduledStartTime ?? default);
    }

    public Task SendTaskOrchestrationMessageAsync(TaskMessage message) => SendTaskOrchestrationMessageBatchAsync(message);

    /// <summary>A message for an instance that does not exist, or has ended, is dropped.</summary>
    public async Task SendTaskOrchestrationMessageBatchAsync(params TaskMessage[] messages)
    {
        await store.WriteAsync(connection => messages.Count(message => Statements.Send(connection, message, default)));
        foreach (var message in messages)
        {
            _ready.Signal(message.OrchestrationInstance.InstanceId);
        }
    }

    /// <summary>An instance whose start is not due yet is started, to end at once.</summary>
    public async Task ForceTerminateTaskOrchestrationAsync(string instanceId, string? reason)
    {
        var termination = new TaskMessage
        {
            OrchestrationInstance = new OrchestrationInstance { InstanceId = instanceId },
            Event = new ExecutionTerminatedEvent(-1, reason) { Timestamp = Now },
        };
        await store.WriteAsync(connection =>
        {
            Statements.MakeStartDue(connection, instanceId);
            return Statements.Send(connection, termination, default);
        });
        _ready.Signal(instanceId);
    }

    /// <summary>Ends when the instance has; null when the time is over first.</summary>
    /// <exception cref="InvalidOperationException">There is no such instance.</exception>
    public async Task<OrchestrationState?> WaitForOrchestrationAsync(
        string instanceId, string? executionId, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource();
        if (timeout > TimeSpan.Zero && timeout.TotalMilliseconds < int.MaxValue)
        {
            late.CancelAfter(timeout);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        while (true)
        {
            var change = Watch.NextChange(instanceId);
            var found = Find(instanceId)
                ?? throw new InvalidOperationException($"There is no orchestration instance '{instanceId}'.");
            if (found.OrchestrationStatus.HasEnded())
            {
                return found;
            }

            try
            {
                await change.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    public async Task<IList<OrchestrationState>> GetOrchestrationStateAsync(string instanceId, bool allExecutions) =>
        await GetOrchestrationStateAsync(instanceId, executionId: null) is { } found ? [found] : [];

    /// <summary>Null when there is no such instance, or its execution is another.</summary>
    public Task<OrchestrationState?> GetOrchestrationStateAsync(string instanceId, string? executionId) => Task.FromResult(
        Find(instanceId) is { } found && (executionId is null || executionId == found.OrchestrationInstance.ExecutionId) ? found : null);

    /// <summary>The events of the newest execution as a JSON array.</summary>
    public Task<string> GetOrchestrationHistoryAsync(string instanceId, string? executionId) => Task.FromResult(
        "[" + string.Join(',', store.Read(connection => connection.Query(
            "SELECT data FROM history WHERE instance_id = $1 ORDER BY position", row => row.GetString(0), instanceId))) + "]");

    public Task<OrchestrationQueryResult> GetOrchestrationWithQueryAsync(
        OrchestrationQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = store.Read(connection => InstanceQuery.Run(
            connection, query.RuntimeStatus, query.CreatedTimeFrom, query.CreatedTimeTo, query.InstanceIdPrefix,
            Position(query.ContinuationToken), query.PageSize + 1));
        var page = found.Take(query.PageSize).ToList();
        return Task.FromResult(new OrchestrationQueryResult(page, found.Count > query.PageSize ? Token(page[^1]) : null));
    }

    /// <summary>Purges an instance that has ended.</summary>
    public async Task<PurgeResult> PurgeInstanceStateAsync(string instanceId) => new(await PurgeAsync([instanceId]));

    /// <summary>Purges what matches the filter and has ended.</summary>
    public async Task<PurgeResult> PurgeInstanceStateAsync(PurgeInstanceFilter purgeInstanceFilter)
    {
        var found = store.Read(connection => InstanceQuery.Run(
            connection, purgeInstanceFilter.RuntimeStatus?.ToList(), purgeInstanceFilter.CreatedTimeFrom,
            purgeInstanceFilter.CreatedTimeTo, null, null, int.MaxValue));
        return new PurgeResult(await PurgeAsync(found.Select(state => state.OrchestrationInstance.InstanceId)));
    }

    public Task PurgeOrchestrationHistoryAsync(
        DateTime thresholdDateTimeUtc, OrchestrationStateTimeRangeFilterType timeRangeFilterType) =>
        throw new NotSupportedException("Purge by id or by filter.");

    OrchestrationState? Find(string instanceId) => store.Read(connection => Statements.Find(connection, instanceId));

    Task<int> PurgeAsync(IEnumerable<string> ids) => store.WriteAsync(connection => ids.Count(id =>
    {
        if (Statements.Position(connection, id) is not { HasEnded: true })
        {
            return false;
        }

        Statements.Delete(connection, id);
        return true;
    }));

    static string Token(OrchestrationState last) => string.Create(
        CultureInfo.InvariantCulture, $"{last.CreatedTime.Ticks}/{last.OrchestrationInstance.InstanceId}");

    static (DateTime, string)? Position(string? token)
    {
        if (token is null)
        {
            return null;
        }

        var slash = token.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && long.TryParse(
            token.AsSpan(0, slash), NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            && ticks <= DateTime.MaxValue.Ticks
            ? (new DateTime(ticks, DateTimeKind.Utc), token[(slash + 1)..])
            : throw new ArgumentException($"'{token}' is no continuation token of this task hub.", nameof(token));
    }
}
