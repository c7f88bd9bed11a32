using DurableTask.Core;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>Lists instances, oldest first.</summary>
static class InstanceQuery
{
    /// <param name="after">Where a former page ended.</param>
    public static List<OrchestrationState> Run(
        StoreConnection connection,
        ICollection<OrchestrationStatus>? statuses,
        DateTime? createdFrom,
        DateTime? createdTo,
        string? idPrefix,
        (DateTime Created, string Id)? after,
        int limit)
    {
        // A bit mask keeps the statement constant whatever states are asked for.
        var mask = statuses?.Aggregate(0L, (bits, status) => bits | 1L << (int)status) ?? -1L;
        return connection.Query(
            $"""
            SELECT {InstanceRow.Columns} FROM instance
            WHERE created >= $1 AND created <= $2 AND (1 << status) & $3 <> 0
              AND substr(id, 1, length($4)) = $4 AND (created, id) > ($5, $6)
            ORDER BY created, id LIMIT $7
            """,
            InstanceRow.Read,
            createdFrom ?? DateTime.MinValue,
            createdTo ?? DateTime.MaxValue,
            mask,
            idPrefix ?? string.Empty,
            after?.Created ?? DateTime.MinValue,
            after?.Id ?? string.Empty,
            limit);
    }
}
