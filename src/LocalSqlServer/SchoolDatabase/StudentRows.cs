using System.Globalization;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.SchoolDatabase;

/// <summary>The rows of dbo.Student, each computed from its number; the columns stand in <see cref="Describe"/>'s order.</summary>
sealed class StudentRows(SchoolLayout layout, NamePools pools, long firstRowVersion) : IRowSource
{
    static readonly DateTime FirstCreated = new(2012, 7, 1);
    static readonly SqlValue Female = SqlValue.From("F");
    static readonly SqlValue Male = SqlValue.From("M");
    static readonly SqlValue Other = SqlValue.From("X");

    readonly int _seed = layout.Options.Seed;

    public long Count => layout.Students;

    public static void Describe(LegacyTable table) => table
        .Column("StudentID", SqlType.BigInt)
        .Column("DistrictID", SqlType.Int, nullable: true)
        .Column("StateStudentNumber", SqlType.VarChar(20))
        .Column("FirstName", SqlType.NVarChar(100))
        .Column("MiddleName", SqlType.NVarChar(100), nullable: true)
        .Column("LastName", SqlType.NVarChar(100))
        .Column("BirthDate", SqlType.Date, nullable: true)
        .Column("Gender", SqlType.Char(1), nullable: true)
        .Column("SchoolID", SqlType.Int, nullable: true)
        .Column("Gpa", SqlType.Decimal(4, 3), nullable: true)
        .Column("FeesBalance", SqlType.Money)
        .Column("IsDeleted", SqlType.Bit)
        .Column("DeletedAt", SqlType.DateTime, nullable: true)
        .Column("IsTest", SqlType.Bit)
        .Column("CreatedAt", SqlType.DateTime)
        .Column("UpdatedAt", SqlType.DateTime2())
        .Column("Guid", SqlType.UniqueIdentifier)
        .Column("Notes", SqlType.NVarChar(SqlType.Max), nullable: true)
        .Column("Photo", SqlType.VarBinary(200), nullable: true)
        .Column("RowVer", SqlType.RowVersion)
        .Clustered("DistrictID", "StudentID")
        .Index("UX_Student_StudentID", unique: true, "StudentID")
        .References("DistrictID", "dbo.District", "DistrictID")
        .References("SchoolID", "dbo.School", "SchoolID");

    public void Read(long ordinal, ulong columns, Span<SqlValue> row)
    {
        for (var rest = columns & ((1UL << 20) - 1); rest != 0; rest &= rest - 1)
        {
            var column = System.Numerics.BitOperations.TrailingZeroCount(rest);
            row[column] = column switch
            {
                0 => SqlValue.From(layout.StudentId(ordinal)),
                1 => layout.DistrictOf(layout.StudentBlock(ordinal)) is { } district ? SqlValue.From((long)district) : default,
                2 => SqlValue.From(Number(ordinal)),
                3 => SqlValue.From(FirstName(ordinal)),
                4 => Hash(30, ordinal) % 10 < 4 ? SqlValue.From(pools.First(Hash(31, ordinal))) : default,
                5 => SqlValue.From(LastName(ordinal)),
                6 => BirthDate(ordinal),
                7 => Gender(Hash(33, ordinal)),
                8 => School(ordinal),
                9 => Hash(35, ordinal) % 10 == 0 ? default : SqlValue.FromUnscaled((Int128)(Hash(36, ordinal) % 4_001)),
                10 => SqlValue.From((long)(Hash(37, ordinal) % 9_000_000) - 500_000),
                11 => SqlValue.From(SchoolLayout.IsDeleted(ordinal) ? 1L : 0L),
                12 => SchoolLayout.IsDeleted(ordinal) ? SqlValue.From(Created(ordinal) + 40 * TimeSpan.TicksPerDay) : default,
                13 => SqlValue.From(SchoolLayout.IsTest(ordinal) ? 1L : 0L),
                14 => SqlValue.From(Created(ordinal)),
                15 => SqlValue.From(Created(ordinal) + (long)(Hash(38, ordinal) % 300_000_000_000_000)),
                16 => Identifier(ordinal),
                17 => Notes(ordinal),
                18 => Hash(40, ordinal) % 20 == 0 ? SqlValue.From(pools.Photo(Hash(41, ordinal))) : default,
                _ => SqlValue.From(firstRowVersion + ordinal),
            };
        }
    }

    ulong Hash(int purpose, long ordinal) => Mix.Hash(_seed, purpose, ordinal);

    /// <summary>Some numbers differ from that of the student before only in case or in trailing spaces.</summary>
    static string Number(long ordinal)
    {
        if (SchoolLayout.IsTest(ordinal))
            return string.Create(CultureInfo.InvariantCulture, $"TEST{ordinal:D9}");
        return (ordinal % 400) switch
        {
            398 => string.Create(CultureInfo.InvariantCulture, $"ST{ordinal - 1:D10}  "),
            399 => string.Create(CultureInfo.InvariantCulture, $"st{ordinal - 2:D10}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"ST{ordinal:D10}"),
        };
    }

    string FirstName(long ordinal)
    {
        var name = pools.First(Hash(32, ordinal));
        if (SchoolLayout.HasNulInName(ordinal))
            return name[..1] + "\0" + name[1..];
        return ordinal % 1_500 == 42 ? name + " 😀" : name;
    }

    string LastName(long ordinal)
    {
        var name = pools.Last(Hash(32, ordinal));
        return SchoolLayout.HasLoneSurrogateInName(ordinal) ? name + "\uD83D" : name;
    }

    SqlValue BirthDate(long ordinal)
    {
        if (ordinal % 1_000 == 500)
            return SqlValue.From(DateOnly.MinValue);
        if (ordinal % 1_500 == 700)
            return SqlValue.From(DateOnly.MaxValue);
        var hash = Hash(34, ordinal);
        return hash % 50 == 0
            ? default
            : SqlValue.From(new DateOnly(2004, 9, 1).AddDays((int)(hash / 50 % 5_100)));
    }

    static SqlValue Gender(ulong hash) => (hash % 20) switch
    {
        0 => default,
        1 => Other,
        < 11 => Female,
        _ => Male,
    };

    SqlValue School(long ordinal)
    {
        var block = layout.StudentBlock(ordinal);
        var hash = Hash(39, ordinal);
        return block == 0 || block > layout.Options.Districts || hash % 33 == 0
            ? default
            : SqlValue.From((long)layout.School(block, hash >> 8));
    }

    /// <summary>On a tick of datetime, 1/300 of a second.</summary>
    long Created(long ordinal)
    {
        var hash = Hash(42, ordinal);
        var day = DateTimeMath.ToDateTimeParts(FirstCreated.Ticks).Days + (int)(hash % 4_000);
        return DateTimeMath.FromDateTimeParts(day, (int)((hash >> 16) % 25_920_000));
    }

    SqlValue Identifier(long ordinal)
    {
        var (high, low) = (Hash(43, ordinal), Hash(44, ordinal));
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], low);
        return SqlValue.From(new Guid(bytes));
    }

    SqlValue Notes(long ordinal)
    {
        var hash = Hash(45, ordinal);
        if (SchoolLayout.HasNulInNotes(ordinal))
            return SqlValue.From("seen\0" + pools.Note(hash));
        if (SchoolLayout.HasLoneSurrogateInNotes(ordinal))
            return SqlValue.From(pools.Note(hash) + "\uDC00 cut");
        return (hash % 10) switch
        {
            < 6 => default,
            6 => SqlValue.From(""),
            _ => SqlValue.From(pools.Note(hash >> 8)),
        };
    }
}
