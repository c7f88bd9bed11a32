namespace LocalSqlServer.SchoolDatabase;

/// <summary>
/// Which rows there are: sizes of districts, the numbering of students and of the records that name one, and which of
/// them are bad. All of it is arithmetic on row numbers, so any row can be made alone and exact counts can be told.
/// </summary>
sealed class SchoolLayout
{
    public const int UnknownDistrict = 9_999;

    const long FirstStudentId = 100_000;
    const long FirstEnrollmentId = 5_000_000;
    const long FirstResultId = 7_000_000_000;
    const int LargestNumberOfDistricts = 500;

    readonly long[] _studentStarts;
    readonly int _stride;

    public SchoolLayout(SchoolOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Rows);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Assessments);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Districts, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Districts, LargestNumberOfDistricts);
        Options = options;
        Students = options.Rows * 45 / 100;
        var unassigned = Students < 400 ? 0 : (Students * 3 + 9_999) / 10_000;
        var unknown = unassigned / 2;
        var perDistrict = Shares(Students - unassigned, options);
        _studentStarts = Starts([unassigned - unknown, .. perDistrict, unknown]);
        _stride = options.Districts + 2;
        Enrollments = Records(options.Rows - Students, FirstEnrollmentId, purpose: 71);
        Assessments = Records(options.Assessments, FirstResultId, purpose: 81);
        FirstSchools = Starts([.. perDistrict.Select(students => Math.Clamp(students / 400, 2, 200))]);
    }

    public SchoolOptions Options { get; }

    public long Students { get; }

    public StudentRecords Enrollments { get; }

    public StudentRecords Assessments { get; }

    /// <summary>Schools before those of each district, and the number of all at the end.</summary>
    public long[] FirstSchools { get; }

    /// <summary>0 for a student with no district, then the districts, then one that does not exist.</summary>
    public int StudentBlock(long ordinal) => Block(_studentStarts, ordinal);

    public int? DistrictOf(int studentBlock) => studentBlock == 0
        ? null
        : studentBlock > Options.Districts ? UnknownDistrict : studentBlock;

    /// <summary>Ids of the blocks interleave, as those of an identity column would; they rise inside each block.</summary>
    public long StudentId(long ordinal)
    {
        var block = StudentBlock(ordinal);
        return FirstStudentId + (ordinal - _studentStarts[block]) * _stride + block;
    }

    /// <summary>The row numbers of a district's students, from the first up to but not including the last.</summary>
    public (long Start, long End) StudentsOf(int district) => (_studentStarts[district], _studentStarts[district + 1]);

    /// <summary>A school of a district, from 1.</summary>
    public int School(int district, ulong hash)
    {
        var (start, end) = (FirstSchools[district - 1], FirstSchools[district]);
        return (int)(start + (long)(hash % (ulong)(end - start)) + 1);
    }

    public static bool HasNulInName(long student) => student % 2_250 == 333;

    public static bool HasNulInNotes(long student) => student % 4_000 == 99;

    public static bool HasLoneSurrogateInNotes(long student) => student % 3_000 == 77;

    public static bool HasLoneSurrogateInName(long student) => student % 20_000 == 1_234;

    public static bool IsTest(long student) => student % 2_000 == 7;

    public static bool IsDeleted(long student) => student % 50 == 11;

    /// <summary>Whether a student has a name that PostgreSQL cannot hold.</summary>
    public static bool HasBadName(long student) => HasNulInName(student) || HasLoneSurrogateInName(student);

    /// <summary>The block that a row number lies in, by the blocks' first row numbers.</summary>
    public static int Block(long[] starts, long ordinal)
    {
        var at = Array.BinarySearch(starts, ordinal);
        if (at < 0)
            return ~at - 1;
        while (at + 1 < starts.Length && starts[at + 1] == ordinal)
            at++;
        return at;
    }

    StudentRecords Records(long count, long firstId, int purpose) => new(
        this, Starts(Students == 0 ? [count] : Shares(count, Options)), firstId, purpose);

    static long[] Starts(long[] sizes)
    {
        var starts = new long[sizes.Length + 1];
        for (var i = 0; i < sizes.Length; i++)
            starts[i + 1] = starts[i] + sizes[i];
        return starts;
    }

    static long[] Shares(long total, SchoolOptions options)
    {
        var weights = Enumerable.Range(0, options.Districts).Select(i => Weight(i, options)).ToArray();
        var all = weights.Sum();
        var shares = weights.Select(w => total * w / all).ToArray();
        shares[0] += total - shares.Sum();
        return shares;
    }

    static long Weight(int district, SchoolOptions options) => (options.Sizes, district) switch
    {
        (DistrictSizes.Even, _) => 1,
        (DistrictSizes.HalfInOne, 0) => Math.Max(1, options.Districts - 1),
        (DistrictSizes.HalfInOne, _) => 1,
        (_, 0) => 6,
        (_, 1) => 3,
        _ => 1,
    };
}
