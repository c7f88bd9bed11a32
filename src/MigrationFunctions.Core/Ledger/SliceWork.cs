namespace MigrationFunctions.Core.Ledger;

/// <summary>What one run has done of one tenant and entity, and what is left of it. All times are the database's.</summary>
/// <param name="Tenant">The tenant's legacy key.</param>
/// <param name="RowsLeft">Rows to be read yet: of the planned batches that are not done when all are planned; until then
/// the source's count from when the run was planned without the rows that are read; null when nobody has counted.</param>
/// <param name="Rows">Rows read by batches that this run has committed.</param>
/// <param name="Bytes">What these batches have written, as PGCOPY tuples.</param>
/// <param name="RecentRows">Those of <see cref="Rows"/> that were committed within
/// <see cref="LiveFigures.Window"/>.</param>
/// <param name="RecentBytes">Those of <see cref="Bytes"/>, likewise.</param>
/// <param name="BeganAt">When the transaction of the run's first batch began; null before.</param>
/// <param name="DoneAt">When its last batch was recorded; null before.</param>
/// <param name="Slowest">The batch that took longest.</param>
public sealed record SliceWork(
    string Tenant, string Entity, long? RowsLeft, long Rows = 0, long Bytes = 0, long RecentRows = 0, long RecentBytes = 0,
    DateTimeOffset? BeganAt = null, DateTimeOffset? DoneAt = null, SlowestBatch? Slowest = null);

/// <summary>A batch that took longer than the others.</summary>
/// <param name="Tenant">The tenant's legacy key.</param>
/// <param name="Rows">Rows that it read.</param>
/// <param name="Seconds">From the beginning of its transaction, before it waits for its lock and opens the source, to its
/// record in the ledger.</param>
public sealed record SlowestBatch(string Tenant, string Entity, int Number, long Rows, double Seconds);
