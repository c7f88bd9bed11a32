using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.SchoolDatabase;

/// <summary>The rows of dbo.AssessmentResult, each computed from its number; the columns stand in
/// <see cref="Describe"/>'s order. Times are local times of the district.</summary>
sealed class AssessmentRows(SchoolLayout layout, NamePools pools, long firstRowVersion) : IRowSource
{
    const int FirstYear = 2016;
    const int Years = 9;
    static readonly SqlValue[] Subjects = Values("MATH", "ELA ", "SCI ", "READ", "WRIT");
    static readonly SqlValue[] Codes = Values(
        "SBAC-03-SUM", "SBAC-04-SUM", "SBAC-05-SUM", "MAP-FALL", "MAP-WINTER", "MAP-SPRING", "WIDA-ACCESS", "PSAT-08");
    static readonly long FirstDay = new DateTime(FirstYear, 1, 1).Ticks;
    static readonly int Days = (new DateTime(FirstYear + Years, 1, 1) - new DateTime(FirstYear, 1, 1)).Days;
    static readonly long[] Springs = [.. Enumerable.Range(FirstYear, Years).Select(y => ClockChanges.Spring(y).Ticks)];
    static readonly long[] Autumns = [.. Enumerable.Range(FirstYear, Years).Select(y => ClockChanges.Autumn(y).Ticks)];

    readonly int _seed = layout.Options.Seed;

    public long Count => layout.Assessments.Count;

    public static void Describe(LegacyTable table) => table
        .Column("ResultID", SqlType.BigInt)
        .Column("DistrictID", SqlType.Int)
        .Column("StudentID", SqlType.BigInt)
        .Column("AssessmentCode", SqlType.VarChar(12))
        .Column("Subject", SqlType.Char(4))
        .Column("TestedAt", SqlType.DateTime2(3))
        .Column("SubmittedAt", SqlType.DateTime)
        .Column("Score", SqlType.Decimal(9, 4))
        .Column("ScaleScore", SqlType.Int, nullable: true)
        .Column("Percentile", SqlType.Decimal(5, 2), nullable: true)
        .Column("Passed", SqlType.Bit, nullable: true)
        .Column("Notes", SqlType.NVarChar(400), nullable: true)
        .Column("IsDeleted", SqlType.Bit)
        .Column("DeletedAt", SqlType.DateTime, nullable: true)
        .Column("RowVer", SqlType.RowVersion)
        .Clustered("DistrictID", "ResultID")
        .Index("UX_AssessmentResult_ResultID", unique: true, "ResultID")
        .References("DistrictID", "dbo.District", "DistrictID", trusted: true)
        .References("StudentID", "dbo.Student", "StudentID");

    public static bool HasTimeOfAutumn(long ordinal) => ordinal % 500 == 250;

    public static bool HasTimeOfSpring(long ordinal) => ordinal % 1_000 == 777;

    public static bool HasNulInNotes(long ordinal) => ordinal % 4_000 == 1_042;

    public static bool IsDeleted(long ordinal) => ordinal % 40 == 17;

    public void Read(long ordinal, ulong columns, Span<SqlValue> row)
    {
        var (hash, more) = (Mix.Hash(_seed, 82, ordinal), Mix.Hash(_seed, 83, ordinal));
        for (var rest = columns & ((1UL << 15) - 1); rest != 0; rest &= rest - 1)
        {
            var column = System.Numerics.BitOperations.TrailingZeroCount(rest);
            row[column] = column switch
            {
                0 => SqlValue.From(layout.Assessments.Id(ordinal)),
                1 => SqlValue.From((long)layout.Assessments.District(ordinal)),
                2 => SqlValue.From(layout.Assessments.StudentId(ordinal)),
                3 => Codes[hash % (ulong)Codes.Length],
                4 => Subjects[(hash >> 8) % (ulong)Subjects.Length],
                5 => SqlValue.From(Tested(ordinal, hash)),
                6 => SqlValue.From(Submitted(ordinal, hash, more)),
                7 => SqlValue.FromUnscaled((Int128)(more % 8_000_000)),
                8 => (more >> 24) % 10 == 0 ? default : SqlValue.From(1_000 + (long)((more >> 28) % 2_000)),
                9 => (more >> 24) % 10 == 0 ? default : SqlValue.FromUnscaled((Int128)((more >> 30) % 10_000)),
                10 => (more >> 40) % 20 == 0 ? default : SqlValue.From((more >> 45) % 3 == 0 ? 0L : 1L),
                11 => Notes(ordinal, more >> 8),
                12 => SqlValue.From(IsDeleted(ordinal) ? 1L : 0L),
                13 => IsDeleted(ordinal) ? SqlValue.From(Day(ordinal, hash) + Afternoon(more, day: 30)) : default,
                _ => SqlValue.From(firstRowVersion + ordinal),
            };
        }
    }

    /// <summary>School hours, to the millisecond; some in the hour that the clock skips or passes twice where it is
    /// changed at all.</summary>
    static long Tested(long ordinal, ulong hash)
    {
        var time = HasTimeOfAutumn(ordinal) ? TimeSpan.TicksPerHour + InAnHour(hash)
            : HasTimeOfSpring(ordinal) ? 2 * TimeSpan.TicksPerHour + InAnHour(hash)
            : 8 * TimeSpan.TicksPerHour + (long)((hash >> 36) % 25_200_000) * TimeSpan.TicksPerMillisecond;
        return Day(ordinal, hash) + time;
    }

    static long Day(long ordinal, ulong hash) => HasTimeOfAutumn(ordinal) ? Autumns[(hash >> 16) % Years]
        : HasTimeOfSpring(ordinal) ? Springs[(hash >> 16) % Years]
        : FirstDay + (long)((hash >> 16) % (ulong)Days) * TimeSpan.TicksPerDay;

    static long InAnHour(ulong hash) => (long)((hash >> 36) % 3_600_000) * TimeSpan.TicksPerMillisecond;

    static long Submitted(long ordinal, ulong hash, ulong more) =>
        Day(ordinal, hash) + Afternoon(more, (int)((more >> 20) % 3));

    /// <summary>15:00 to 19:00 some days later, on a tick of datetime.</summary>
    static long Afternoon(ulong hash, int day) =>
        day * TimeSpan.TicksPerDay + DateTimeMath.FromDateTimeParts(0, 16_200_000 + (int)((hash >> 42) % 4_320_000))
        - DateTimeMath.Epoch1900;

    SqlValue Notes(long ordinal, ulong hash) =>
        HasNulInNotes(ordinal) ? SqlValue.From("retest\0" + pools.Remark(hash))
        : hash % 8 == 0 ? SqlValue.From(pools.Remark(hash >> 8))
        : default;

    static SqlValue[] Values(params string[] texts) => [.. texts.Select(t => SqlValue.From(t))];
}
