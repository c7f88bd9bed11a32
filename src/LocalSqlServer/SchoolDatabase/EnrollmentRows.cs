using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.SchoolDatabase;

/// <summary>The rows of dbo.Enrollment, each computed from its number; the columns stand in <see cref="Describe"/>'s order.</summary>
sealed class EnrollmentRows(SchoolLayout layout, long firstRowVersion) : IRowSource
{
    static readonly SqlValue[] Grades =
        [.. ((string[])["PK", "KG", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"]).Select(g => SqlValue.From(g))];

    static readonly SqlValue[] Codes = [.. ((string[])["E01", "E02", "R1 ", "T  ", "XF1"]).Select(c => SqlValue.From(c))];

    readonly int _seed = layout.Options.Seed;

    public long Count => layout.Enrollments.Count;

    public static void Describe(LegacyTable table) => table
        .Column("EnrollmentID", SqlType.BigInt)
        .Column("DistrictID", SqlType.Int)
        .Column("StudentID", SqlType.BigInt)
        .Column("SchoolID", SqlType.Int)
        .Column("SchoolYear", SqlType.SmallInt)
        .Column("GradeLevel", SqlType.VarChar(2))
        .Column("EntryDate", SqlType.Date)
        .Column("ExitDate", SqlType.Date, nullable: true)
        .Column("EntryCode", SqlType.Char(3))
        .Column("Credits", SqlType.Float, nullable: true)
        .Column("IsPrimary", SqlType.TinyInt)
        .Column("LastModified", SqlType.DateTimeOffset(3))
        .Column("RowVer", SqlType.RowVersion)
        .Clustered("DistrictID", "EnrollmentID")
        .Index("UX_Enrollment_EnrollmentID", unique: true, "EnrollmentID")
        .References("DistrictID", "dbo.District", "DistrictID", trusted: true)
        .References("StudentID", "dbo.Student", "StudentID")
        .References("SchoolID", "dbo.School", "SchoolID", trusted: true);

    public void Read(long ordinal, ulong columns, Span<SqlValue> row)
    {
        var hash = Mix.Hash(_seed, 61, ordinal);
        for (var rest = columns & ((1UL << 13) - 1); rest != 0; rest &= rest - 1)
        {
            var column = System.Numerics.BitOperations.TrailingZeroCount(rest);
            row[column] = column switch
            {
                0 => SqlValue.From(layout.Enrollments.Id(ordinal)),
                1 => SqlValue.From((long)layout.Enrollments.District(ordinal)),
                2 => SqlValue.From(layout.Enrollments.StudentId(ordinal)),
                3 => SqlValue.From((long)layout.School(layout.Enrollments.District(ordinal), hash >> 32)),
                4 => SqlValue.From(Year(hash)),
                5 => Grades[hash % (ulong)Grades.Length],
                6 => SqlValue.From(Entry(hash)),
                7 => ExitDate(hash),
                8 => Codes[(hash >> 12) % (ulong)Codes.Length],
                9 => (hash >> 20) % 8 == 0 ? default : SqlValue.From((hash >> 20) % 32 * 0.25),
                10 => SqlValue.From((hash >> 24) % 9 == 0 ? 0L : 1L),
                11 => LastModified(hash),
                _ => SqlValue.From(firstRowVersion + ordinal),
            };
        }
    }

    static long Year(ulong hash) => 2012 + (long)((hash >> 4) % 13);

    static DateOnly Entry(ulong hash) => new DateOnly((int)Year(hash), 8, 1).AddDays((int)((hash >> 8) % 60));

    /// <summary>Open enrollments have NULL or the sentinel of the legacy application, 9999-12-31.</summary>
    static SqlValue ExitDate(ulong hash) => ((hash >> 16) % 20) switch
    {
        < 5 => default,
        5 => SqlValue.From(DateOnly.MaxValue),
        _ => SqlValue.From(Entry(hash).AddDays((int)((hash >> 28) % 250))),
    };

    static SqlValue LastModified(ulong hash)
    {
        var local = new DateTime((int)Year(hash), 9, 1).AddMilliseconds((hash >> 18) % 31_000_000_000);
        return SqlValue.From(new DateTimeOffset(local, TimeSpan.FromHours(-4 - (int)((hash >> 50) % 5))));
    }
}
