using DurableTask.Core;
using Microsoft.Data.Sqlite;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>Where an instance stands: all that a turn needs to know of it.</summary>
/// <param name="Events">How many events of its execution are stored; zero before its first turn.</param>
readonly record struct InstancePosition(string Execution, OrchestrationStatus Status, int Events)
{
    public bool HasEnded => Status.HasEnded();
}

/// <summary>An instance as it is stored, and as a client sees it.</summary>
static class InstanceRow
{
    public const string Columns =
        "id, execution, name, version, status, created, updated, completed, scheduled, input, output, custom_status, failure, "
        + "tags, parent, events";

    public static OrchestrationState Read(SqliteDataReader row) => new()
    {
        OrchestrationInstance = new OrchestrationInstance
        {
            InstanceId = row.GetString(0), ExecutionId = row.GetString(1),
        },
        Name = row.GetString(2),
        Version = row.GetString(3),
        OrchestrationStatus = (OrchestrationStatus)row.GetInt32(4),
        CreatedTime = row.Time(5)!.Value,
        LastUpdatedTime = row.Time(6)!.Value,
        CompletedTime = row.Time(7) ?? DateTime.MaxValue,
        ScheduledStartTime = row.Time(8),
        Input = row.Text(9),
        Output = row.Text(10),
        Status = row.Text(11),
        FailureDetails = EventJson.ReadValue<FailureDetails>(row.Text(12)),
        Tags = EventJson.ReadValue<Dictionary<string, string>>(row.Text(13)),
        ParentInstance = EventJson.ReadValue<ParentInstance>(row.Text(14)),
    };
}

static class RowValues
{
    public static string? Text(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static DateTime? Time(this SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : new DateTime(row.GetInt64(column), DateTimeKind.Utc);
}
