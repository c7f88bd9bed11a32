using MigrationFunctions.Core.Ledger;

namespace MigrationFunctions.PostgreSql.Ledger;

/// <summary>A slice's sums with what one run, <c>@runId</c>, has done of it.</summary>
sealed class SliceProgressRow : SliceTotalsRow
{
    public DateTime? PlannedAt { get; init; }
    public long RowsPlanned { get; init; }
    public long RunRows { get; init; }
    public long RunBytes { get; init; }
    public long RecentRows { get; init; }
    public long RecentBytes { get; init; }
    public DateTime? BeganAt { get; init; }
    public DateTime? DoneAt { get; init; }

    /// <summary>Seconds, number and rows of the run's batch that took longest; NULL when it has none.</summary>
    public double[]? Slowest { get; init; }

    /// <summary>Sums over joined batches <c>b</c> in the same pass as <see cref="SliceTotalsRow.Sums"/>; what is recent
    /// begins after <c>@since</c>. Arrays compare by their first elements.</summary>
    public const string RunSums =
        """
        coalesce(sum(b.planned_rows) FILTER (WHERE b.state = 'planned'), 0)::bigint AS RowsPlanned,
        coalesce(sum(b.rows_read) FILTER (WHERE b.run_id = @runId), 0)::bigint AS RunRows,
        coalesce(sum(b.bytes_written) FILTER (WHERE b.run_id = @runId), 0)::bigint AS RunBytes,
        coalesce(sum(b.rows_read) FILTER (WHERE b.run_id = @runId AND b.done_at > @since), 0)::bigint AS RecentRows,
        coalesce(sum(b.bytes_written) FILTER (WHERE b.run_id = @runId AND b.done_at > @since), 0)::bigint AS RecentBytes,
        min(b.began_at) FILTER (WHERE b.run_id = @runId) AS BeganAt,
        max(b.done_at) FILTER (WHERE b.run_id = @runId) AS DoneAt,
        max(ARRAY[extract(epoch FROM b.done_at - b.began_at)::float8, b.batch_no, b.rows_read])
          FILTER (WHERE b.run_id = @runId AND b.began_at IS NOT NULL) AS Slowest
        """;

    /// <param name="runId">The run whose work it is: what is left is known when it has itself planned to the end.</param>
    /// <param name="expectedRows">The source's count from when the run was planned, or null.</param>
    public SliceWork ToWork(string tenant, string runId, long? expectedRows) => new(
        tenant, Entity,
        State.EndedBy == runId ? RowsPlanned : expectedRows is { } rows ? Math.Max(rows - RowsRead, RowsPlanned) : null,
        RunRows, RunBytes, RecentRows, RecentBytes, BeganAt, DoneAt,
        Slowest is [var seconds, var number, var read]
            ? new SlowestBatch(tenant, Entity, (int)number, (long)read, Math.Round(seconds, 3))
            : null);
}
