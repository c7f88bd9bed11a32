namespace LocalSqlServer.SchoolDatabase;

/// <summary>The numbering of a table whose rows each name a student, as enrollments and assessment results do; which
/// rows name a student who does not exist, and which one of another district.</summary>
sealed class StudentRecords(SchoolLayout layout, long[] starts, long firstId, int purpose)
{
    const long MissingStudents = 90_000_000_000;
    readonly int _stride = layout.Options.Districts + 2;

    public long Count => starts[^1];

    /// <summary>The district of a row, from 1.</summary>
    public int District(long ordinal) => SchoolLayout.Block(starts, ordinal) + 1;

    /// <summary>Ids of the districts interleave and rise inside each.</summary>
    public long Id(long ordinal)
    {
        var district = District(ordinal);
        return firstId + (ordinal - starts[district - 1]) * _stride + district;
    }

    /// <summary>The row number of the student that a row names; null if there is no such student.</summary>
    public long? StudentOrdinal(long ordinal)
    {
        if (IsOrphan(ordinal))
            return null;
        var district = District(ordinal);
        if (IsOfAnotherDistrict(ordinal))
            district = district % layout.Options.Districts + 1;
        var (start, end) = layout.StudentsOf(district);
        return start == end
            ? null
            : start + (long)(Mix.Hash(layout.Options.Seed, purpose, ordinal) % (ulong)(end - start));
    }

    public long StudentId(long ordinal) => StudentOrdinal(ordinal) is { } student
        ? layout.StudentId(student)
        : MissingStudents + ordinal;

    static bool IsOrphan(long ordinal) => ordinal % 1_000 == 499;

    bool IsOfAnotherDistrict(long ordinal) => layout.Options.Districts > 1 && ordinal % 5_000 == 2_498;
}
