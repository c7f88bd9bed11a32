using DurableTask.Core;
using DurableTask.Core.History;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>The statements of the history database; each that writes runs within its caller's transaction.</summary>
static class Statements
{
    /// <summary>The states that have ended: Completed, Failed, Canceled, Terminated.</summary>
    const string Live = "status NOT IN (1, 3, 4, 5)";

    const string StartType = nameof(EventType.ExecutionStarted);

    public static OrchestrationState? Find(StoreConnection connection, string id) => connection
        .Query($"SELECT {InstanceRow.Columns} FROM instance WHERE id = $1", InstanceRow.Read, id)
        .SingleOrDefault();

    public static InstancePosition? Position(StoreConnection connection, string id) => connection
        .Query<InstancePosition?>(
            "SELECT execution, status, events FROM instance WHERE id = $1",
            row => new InstancePosition(row.GetString(0), (OrchestrationStatus)row.GetInt32(1), row.GetInt32(2)),
            id)
        .SingleOrDefault();

    /// <summary>The messages that are due, the start first, then in the order of their arrival.</summary>
    public static List<(long Sequence, TaskMessage Message)> DueMessages(
        StoreConnection connection, string id, DateTime now) => connection.Query(
        $"""
        SELECT sequence, execution, type, data FROM message
        WHERE instance_id = $1 AND due <= $2 ORDER BY type <> '{StartType}', sequence
        """,
        row => (row.GetInt64(0), new TaskMessage
        {
            OrchestrationInstance = new OrchestrationInstance { InstanceId = id, ExecutionId = row.Text(1) },
            Event = EventJson.Read(row.GetString(2), row.GetString(3)),
        }),
        id, now);

    public static List<HistoryEvent> History(StoreConnection connection, string id) => connection.Query(
        "SELECT type, data FROM history WHERE instance_id = $1 ORDER BY position",
        row => EventJson.Read(row.GetString(0), row.GetString(1)),
        id);

    /// <summary>A new instance and its start, in place of any of that id.</summary>
    public static void Start(StoreConnection connection, ExecutionStartedEvent start, DateTime now)
    {
        var instance = start.OrchestrationInstance;
        Delete(connection, instance.InstanceId);
        connection.Execute(
            $"INSERT INTO instance ({InstanceRow.Columns}) "
            + "VALUES ($1, $2, $3, $4, $5, $6, $6, NULL, $7, $8, NULL, NULL, NULL, $9, $10, 0)",
            instance.InstanceId, instance.ExecutionId, start.Name, start.Version ?? string.Empty,
            (int)OrchestrationStatus.Pending, now, start.ScheduledStartTime, start.Input,
            EventJson.WriteValue(start.Tags), EventJson.WriteValue(start.ParentInstance));
        Send(
            connection, new TaskMessage { OrchestrationInstance = instance, Event = start }, start.ScheduledStartTime ?? default);
    }

    /// <summary>Puts a message into an instance's inbox; false when the instance, or the execution meant, has ended.</summary>
    public static bool Send(StoreConnection connection, TaskMessage message, DateTime due) => connection.Execute(
        $"""
        INSERT INTO message (instance_id, execution, due, type, data)
        SELECT $1, $2, $3, $4, $5
        WHERE EXISTS (SELECT 1 FROM instance WHERE id = $1 AND {Live} AND ($2 IS NULL OR execution = $2))
        """,
        message.OrchestrationInstance.InstanceId, message.OrchestrationInstance.ExecutionId, due,
        EventJson.TypeOf(message.Event), EventJson.Write(message.Event)) == 1;

    /// <summary>A termination does not wait for the time of a start.</summary>
    public static void MakeStartDue(StoreConnection connection, string id) => connection.Execute(
        $"UPDATE message SET due = 0 WHERE instance_id = $1 AND type = '{StartType}'", id);

    public static long Call(StoreConnection connection, TaskMessage call) => (long)connection.Scalar(
        "INSERT INTO activity (instance_id, execution, data) VALUES ($1, $2, $3) RETURNING sequence",
        call.OrchestrationInstance.InstanceId, call.OrchestrationInstance.ExecutionId, EventJson.Write(call.Event))!;

    public static void Append(StoreConnection connection, string id, int position, IEnumerable<HistoryEvent> events)
    {
        foreach (var historyEvent in events)
        {
            connection.Execute(
                "INSERT INTO history (instance_id, position, type, data) VALUES ($1, $2, $3, $4)",
                id, position++, EventJson.TypeOf(historyEvent), EventJson.Write(historyEvent));
        }
    }

    public static void Update(StoreConnection connection, OrchestrationState state, int events, DateTime now) =>
        connection.Execute(
            """
            UPDATE instance SET execution = $2, version = $3, status = $4, updated = $5, completed = $6, input = $7,
              output = $8, custom_status = $9, failure = $10, tags = $11, events = $12
            WHERE id = $1
            """,
            state.OrchestrationInstance.InstanceId, state.OrchestrationInstance.ExecutionId, state.Version ?? string.Empty,
            (int)state.OrchestrationStatus, now, state.OrchestrationStatus.HasEnded() ? now : null, state.Input, state.Output,
            state.Status, EventJson.WriteValue(state.FailureDetails), EventJson.WriteValue(state.Tags), events);

    public static void DeleteMessages(StoreConnection connection, IEnumerable<long> sequences)
    {
        foreach (var sequence in sequences)
        {
            connection.Execute("DELETE FROM message WHERE sequence = $1", sequence);
        }
    }

    /// <summary>What an execution that is over leaves behind: its history, and what was addressed to it alone.</summary>
    public static void DeleteExecution(StoreConnection connection, string id)
    {
        connection.Execute("DELETE FROM history WHERE instance_id = $1", id);
        connection.Execute("DELETE FROM message WHERE instance_id = $1 AND execution IS NOT NULL", id);
        connection.Execute("DELETE FROM activity WHERE instance_id = $1", id);
    }

    /// <summary>What waits for an instance that has ended.</summary>
    public static void DeleteOpenWork(StoreConnection connection, string id)
    {
        connection.Execute("DELETE FROM message WHERE instance_id = $1", id);
        connection.Execute("DELETE FROM activity WHERE instance_id = $1", id);
    }

    public static void Delete(StoreConnection connection, string id)
    {
        connection.Execute("DELETE FROM instance WHERE id = $1", id);
        connection.Execute("DELETE FROM history WHERE instance_id = $1", id);
        DeleteOpenWork(connection, id);
    }

    /// <summary>
    /// What was not finished when the task hub was last closed: activities to run, instances to wake at a time.
    /// </summary>
    public static CommitEffects Unfinished(StoreConnection connection) => new(
        connection.Query(
            "SELECT sequence, instance_id, execution, data FROM activity ORDER BY sequence",
            row => ActivityItem(row.GetInt64(0), new TaskMessage
            {
                OrchestrationInstance = new OrchestrationInstance { InstanceId = row.GetString(1), ExecutionId = row.GetString(2) },
                Event = EventJson.Read(nameof(EventType.TaskScheduled), row.GetString(3)),
            })),
        connection.Query(
            "SELECT DISTINCT instance_id, due FROM message ORDER BY due", row => (row.GetString(0), row.Time(1)!.Value)));

    public static SqliteActivityItem ActivityItem(long sequence, TaskMessage call) => new()
    {
        Sequence = sequence,
        Id = sequence.ToString(System.Globalization.CultureInfo.InvariantCulture),
        TaskMessage = call,
        LockedUntilUtc = DateTime.MaxValue,
    };
}
