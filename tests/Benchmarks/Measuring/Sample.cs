namespace Benchmarks.Measuring;

/// <summary>One measurement of one round.</summary>
/// <param name="Rows">Rows that were moved.</param>
/// <param name="Bytes">Their bytes as PGCOPY tuples; 0 when nobody counted them.</param>
/// <param name="Seconds">Wall clock.</param>
/// <param name="Cpu">CPU seconds that were spent meanwhile, or null where nobody looked.</param>
sealed record Sample(long Rows, long Bytes, double Seconds, CpuSeconds? Cpu)
{
    /// <summary>This sample's rows a second over those of the yardstick of the same round and part: 1.0 is as fast.</summary>
    public double? Ratio { get; init; }

    public double RowsPerSecond => Rows / Seconds;
}

/// <summary>CPU seconds by process; null where this machine does not tell.</summary>
/// <param name="Own">This process: the migration, with its drivers and the local runtime.</param>
/// <param name="Tools">Programs that this process ran to their end: psql.</param>
/// <param name="Postgres">All processes of the PostgreSQL server.</param>
/// <param name="Source">The stand-in for SQL Server, which generates its rows.</param>
sealed record CpuSeconds(double Own, double? Tools, double? Postgres, double? Source)
{
    public static CpuSeconds operator -(CpuSeconds after, CpuSeconds before) => new(
        after.Own - before.Own, after.Tools - before.Tools, after.Postgres - before.Postgres,
        after.Source - before.Source);
}
