using Microsoft.Data.Sqlite;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Storage;

/// <summary>The statements of the history database; each runs within its caller's transaction.</summary>
static class StoreStatements
{
    public const string InstanceColumns =
        "id, execution, name, version, status, created, updated, input, output, custom_status, failure, tags, "
        + "parent_id, parent_execution, parent_name, parent_task, turns, history_length, trace_parent, trace_state";

    const string Live = "status NOT IN (1, 3, 5)";

    public static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static DateTime Time(SqliteDataReader row, int column) => new(row.GetInt64(column), DateTimeKind.Utc);

    public static InstanceRecord ReadInstance(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        Execution = row.GetString(1),
        Name = row.GetString(2),
        Version = row.GetString(3),
        Status = (OrchestrationRuntimeStatus)row.GetInt32(4),
        Created = Time(row, 5),
        Updated = Time(row, 6),
        Input = Text(row, 7),
        Output = Text(row, 8),
        CustomStatus = Text(row, 9),
        Failure = Text(row, 10),
        Tags = Text(row, 11),
        Parent = row.IsDBNull(12)
            ? null
            : new ParentCall(row.GetString(12), row.GetString(13), row.GetString(14), row.GetInt32(15)),
        Turns = row.GetInt32(16),
        HistoryLength = row.GetInt32(17),
        Trace = TraceLink.Of(Text(row, 18), Text(row, 19)),
    };

    public static Message ReadMessage(SqliteDataReader row) => new(
        row.GetString(1),
        (EventKind)row.GetInt32(2),
        row.GetInt32(3),
        Text(row, 4),
        Text(row, 5),
        Text(row, 6),
        Time(row, 7))
    {
        Sequence = row.GetInt64(0),
    };

    public static InstanceRecord? Find(StoreConnection connection, string id) => connection
        .Query($"SELECT {InstanceColumns} FROM instance WHERE id = $1", ReadInstance, id)
        .SingleOrDefault();

    public static OrchestrationRuntimeStatus? Status(StoreConnection connection, string id) =>
        connection.Scalar("SELECT status FROM instance WHERE id = $1", id) is long status
            ? (OrchestrationRuntimeStatus)status
            : null;

    public static void Insert(StoreConnection connection, InstanceRecord instance, DateTime startAt)
    {
        connection.Execute(
            $"""
            INSERT INTO instance ({InstanceColumns})
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
            """,
            instance.Id, instance.Execution, instance.Name, instance.Version, (int)instance.Status, instance.Created,
            instance.Updated, instance.Input, instance.Output, instance.CustomStatus, instance.Failure, instance.Tags,
            instance.Parent?.InstanceId, instance.Parent?.Execution, instance.Parent?.Name, instance.Parent?.TaskId,
            instance.Turns, instance.HistoryLength, instance.Trace?.Parent, instance.Trace?.State);
        Send(connection, new Message(instance.Id, EventKind.Start, Execution: instance.Execution, Due: startAt));
    }

    public static bool Send(StoreConnection connection, Message message) => connection.Execute(
        $"""
        INSERT INTO message (instance_id, execution, due, kind, task_id, name, data)
        SELECT $1, $2, $3, $4, $5, $6, $7
        WHERE EXISTS (SELECT 1 FROM instance WHERE id = $1 AND {Live} AND ($2 IS NULL OR execution = $2))
        """,
        message.InstanceId, message.Execution, message.Due, (int)message.Kind, message.TaskId, message.Name,
        message.Data) == 1;

    public static void DeleteMessages(StoreConnection connection, IReadOnlyList<long> sequences)
    {
        foreach (var sequence in sequences)
        {
            connection.Execute("DELETE FROM message WHERE sequence = $1", sequence);
        }
    }

    public static void Delete(StoreConnection connection, string id)
    {
        connection.Execute("DELETE FROM instance WHERE id = $1", id);
        connection.Execute("DELETE FROM history WHERE instance_id = $1", id);
        connection.Execute("DELETE FROM message WHERE instance_id = $1", id);
        connection.Execute("DELETE FROM activity WHERE instance_id = $1", id);
    }

    public static int Purge(StoreConnection connection, string id, bool recursive)
    {
        if (Find(connection, id) is not { IsCompleted: true })
        {
            return 0;
        }

        var children = recursive
            ? connection.Query("SELECT id FROM instance WHERE parent_id = $1", row => row.GetString(0), id)
            : [];
        Delete(connection, id);
        return 1 + children.Sum(child => Purge(connection, child, recursive));
    }

    public static CommitEffects CommitTurn(StoreConnection connection, TurnCommit turn)
    {
        var instance = turn.Instance;
        var wakes = new List<(string, DateTime)>();
        DeleteMessages(connection, turn.Consumed);
        Update(connection, turn.NextExecution ?? instance);
        var activities = turn.Activities.Select(call => Insert(connection, call)).ToList();
        foreach (var child in turn.Children)
        {
            StartChild(connection, child, wakes);
        }

        if (turn.NextExecution is { } next)
        {
            BeginAnew(connection, instance, next);
            wakes.Add((next.Id, default));
        }
        else
        {
            Append(connection, instance, turn.History);
        }

        foreach (var message in turn.Messages)
        {
            Send(connection, message);
            wakes.Add((message.InstanceId, message.Due));
        }

        if (instance.IsCompleted)
        {
            connection.Execute("DELETE FROM message WHERE instance_id = $1", instance.Id);
        }

        if (turn.TerminateChildren)
        {
            wakes.AddRange(TerminateChildren(connection, instance.Id));
        }

        return new CommitEffects(activities, wakes);
    }

    static void Update(StoreConnection connection, InstanceRecord instance) => connection.Execute(
        """
        UPDATE instance SET execution = $2, status = $3, updated = $4, input = $5, output = $6, custom_status = $7,
          failure = $8, turns = $9, history_length = $10, version = $11
        WHERE id = $1
        """,
        instance.Id, instance.Execution, (int)instance.Status, instance.Updated, instance.Input, instance.Output,
        instance.CustomStatus, instance.Failure, instance.Turns, instance.HistoryLength, instance.Version);

    static void Append(StoreConnection connection, InstanceRecord instance, IReadOnlyList<HistoryRow> rows)
    {
        var position = instance.HistoryLength - rows.Count;
        foreach (var row in rows)
        {
            connection.Execute(
                """
                INSERT INTO history (instance_id, position, turn, at, kind, task_id, name, data)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """,
                instance.Id, position++, row.Turn, row.At, (int)row.Kind, row.TaskId, row.Name, row.Data);
        }
    }

    static void BeginAnew(StoreConnection connection, InstanceRecord instance, InstanceRecord next)
    {
        connection.Execute("DELETE FROM history WHERE instance_id = $1", instance.Id);
        connection.Execute(
            "DELETE FROM message WHERE instance_id = $1 AND execution IS NOT NULL", instance.Id);
        Send(connection, new Message(next.Id, EventKind.Start, Execution: next.Execution));
    }

    static ActivityCall Insert(StoreConnection connection, ActivityCall call) => call with
    {
        Sequence = (long)connection.Scalar(
            """
            INSERT INTO activity (instance_id, execution, task_id, name, version, input)
            VALUES ($1, $2, $3, $4, $5, $6) RETURNING sequence
            """,
            call.InstanceId, call.Execution, call.TaskId, call.Name, call.Version, call.Input)!,
    };

    static void StartChild(StoreConnection connection, InstanceRecord child, List<(string, DateTime)> wakes)
    {
        var parent = child.Parent!;
        if (Find(connection, child.Id) is { IsCompleted: false } existing)
        {
            Send(connection, new Message(
                parent.InstanceId,
                EventKind.SubOrchestrationFailed,
                parent.TaskId,
                child.Name,
                Engine.Failures.ToJson(Engine.Failures.AlreadyExists(child.Id, existing.Status)),
                parent.Execution));
            wakes.Add((parent.InstanceId, default));
            return;
        }

        Delete(connection, child.Id);
        Insert(connection, child, default);
        wakes.Add((child.Id, default));
    }

    static List<(string, DateTime)> TerminateChildren(StoreConnection connection, string id)
    {
        var children = connection.Query(
            $"SELECT id FROM instance WHERE parent_id = $1 AND {Live}", row => row.GetString(0), id);
        foreach (var child in children)
        {
            Send(connection, new Message(child, EventKind.Terminate, 1));
        }

        return children.ConvertAll(child => (child, default(DateTime)));
    }
}
