namespace LocalSqlServer.SchoolDatabase;

/// <summary>What is in one district, counted exactly.</summary>
/// <param name="District">The DistrictID.</param>
/// <param name="Students">All students of the district, with the bad ones.</param>
/// <param name="NulNames">Students with a NUL character in FirstName.</param>
/// <param name="NulNotes">Students with a NUL character in Notes.</param>
/// <param name="LoneSurrogateNames">Students with half a surrogate pair in LastName.</param>
/// <param name="LoneSurrogateNotes">Students with half a surrogate pair in Notes.</param>
/// <param name="TestStudents">Students with IsTest = 1; their StateStudentNumber begins with TEST.</param>
/// <param name="DeletedStudents">Students with IsDeleted = 1.</param>
/// <param name="Enrollments">All enrollments of the district.</param>
/// <param name="OrphanEnrollments">Enrollments whose StudentID does not exist at all.</param>
/// <param name="ForeignEnrollments">Enrollments whose student belongs to another district.</param>
/// <param name="EnrollmentsOfBadNames">Enrollments whose student, of the same district, has a NUL or half a pair in a name.</param>
/// <param name="EnrollmentsOfTestStudents">Enrollments whose student, of the same district, is a test student.</param>
/// <param name="Assessments">Its assessment results.</param>
public sealed record DistrictFacts(
    int District, long Students, long NulNames, long NulNotes, long LoneSurrogateNames, long LoneSurrogateNotes,
    long TestStudents, long DeletedStudents, long Enrollments, long OrphanEnrollments, long ForeignEnrollments,
    long EnrollmentsOfBadNames, long EnrollmentsOfTestStudents, AssessmentFacts Assessments);

/// <summary>Exact counts of a generated database, from the functions that make its rows.</summary>
/// <param name="Districts">One entry per district, in order.</param>
/// <param name="StudentsWithoutDistrict">Students whose DistrictID is NULL.</param>
/// <param name="StudentsOfUnknownDistrict">Students whose DistrictID names no district.</param>
public sealed record SchoolFacts(
    IReadOnlyList<DistrictFacts> Districts, long StudentsWithoutDistrict, long StudentsOfUnknownDistrict)
{
    /// <summary>Counts by going through all row numbers.</summary>
    public static SchoolFacts Of(SchoolOptions options)
    {
        var layout = new SchoolLayout(options);
        var blocks = Enumerable.Range(0, options.Districts + 2)
            .Select(i => new DistrictFacts(i, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, AssessmentFacts.None)).ToArray();
        for (long i = 0; i < layout.Students; i++)
        {
            ref var f = ref blocks[layout.StudentBlock(i)];
            f = f with
            {
                Students = f.Students + 1,
                NulNames = f.NulNames + One(SchoolLayout.HasNulInName(i)),
                NulNotes = f.NulNotes + One(SchoolLayout.HasNulInNotes(i)),
                LoneSurrogateNames = f.LoneSurrogateNames + One(SchoolLayout.HasLoneSurrogateInName(i)),
                LoneSurrogateNotes = f.LoneSurrogateNotes
                    + One(SchoolLayout.HasLoneSurrogateInNotes(i) && !SchoolLayout.HasNulInNotes(i)),
                TestStudents = f.TestStudents + One(SchoolLayout.IsTest(i)),
                DeletedStudents = f.DeletedStudents + One(SchoolLayout.IsDeleted(i)),
            };
        }
        for (long i = 0; i < layout.Enrollments.Count; i++)
            CountEnrollment(layout, i, ref blocks[layout.Enrollments.District(i)]);
        for (long i = 0; i < layout.Assessments.Count; i++)
        {
            ref var f = ref blocks[layout.Assessments.District(i)];
            f = f with { Assessments = f.Assessments.With(layout, i) };
        }
        return new([.. blocks[1..^1]], blocks[0].Students, blocks[^1].Students);
    }

    static void CountEnrollment(SchoolLayout layout, long enrollment, ref DistrictFacts f)
    {
        var student = layout.Enrollments.StudentOrdinal(enrollment);
        var foreign = student is { } s && layout.StudentBlock(s) != f.District;
        var own = student is not null && !foreign ? student.Value : -1;
        f = f with
        {
            Enrollments = f.Enrollments + 1,
            OrphanEnrollments = f.OrphanEnrollments + One(student is null),
            ForeignEnrollments = f.ForeignEnrollments + One(foreign),
            EnrollmentsOfBadNames = f.EnrollmentsOfBadNames + One(own >= 0 && SchoolLayout.HasBadName(own)),
            EnrollmentsOfTestStudents = f.EnrollmentsOfTestStudents + One(own >= 0 && SchoolLayout.IsTest(own)),
        };
    }

    static long One(bool counts) => counts ? 1 : 0;
}
