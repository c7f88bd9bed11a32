using Microsoft.DurableTask.Client;

namespace LocalRuntime.Storage;

/// <summary>Which instances to list, oldest first; <paramref name="After"/> is where a former page ended.</summary>
sealed record InstanceFilter(
    DateTime? CreatedFrom,
    DateTime? CreatedTo,
    IReadOnlyCollection<OrchestrationRuntimeStatus>? Statuses,
    string? IdPrefix,
    (DateTime Created, string Id)? After,
    int Limit)
{
    public List<InstanceRecord> Run(StoreConnection connection)
    {
        // A bit mask keeps the statement constant whatever states are asked for.
        var mask = Statuses?.Aggregate(0L, (bits, status) => bits | 1L << (int)status) ?? -1L;
        return connection.Query(
            $"""
            SELECT {StoreStatements.InstanceColumns} FROM instance
            WHERE created >= $1 AND created <= $2 AND (1 << status) & $3 <> 0
              AND substr(id, 1, length($4)) = $4 AND (created, id) > ($5, $6)
            ORDER BY created, id LIMIT $7
            """,
            StoreStatements.ReadInstance,
            CreatedFrom ?? DateTime.MinValue,
            CreatedTo ?? DateTime.MaxValue,
            mask,
            IdPrefix ?? string.Empty,
            After?.Created ?? DateTime.MinValue,
            After?.Id ?? string.Empty,
            Limit);
    }
}
