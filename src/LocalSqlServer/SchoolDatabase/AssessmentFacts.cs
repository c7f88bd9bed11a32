namespace LocalSqlServer.SchoolDatabase;

/// <summary>What is in the assessment results of one district, counted exactly.</summary>
/// <param name="Rows">All of them.</param>
/// <param name="Orphans">Those whose StudentID does not exist at all.</param>
/// <param name="OfAnotherDistrict">Those whose student belongs to another district.</param>
/// <param name="OfBadNames">Those whose student, of the same district, has a NUL or half a pair in a name.</param>
/// <param name="OfTestStudents">Those whose student, of the same district, is a test student.</param>
/// <param name="Deleted">Those with IsDeleted = 1.</param>
/// <param name="AmbiguousTimes">Those with a TestedAt that occurred twice in the district.</param>
/// <param name="SkippedTimes">Those with a TestedAt that the district's clocks skipped.</param>
/// <param name="NulNotes">Those with a NUL character in Notes.</param>
/// <param name="KeptAmbiguousTimes">Of these, those whose student is of the district, not a test student and has a good
/// name.</param>
/// <param name="KeptSkippedTimes">As above, of the skipped times.</param>
/// <param name="KeptNulNotes">As above, of the notes.</param>
public sealed record AssessmentFacts(
    long Rows, long Orphans, long OfAnotherDistrict, long OfBadNames, long OfTestStudents, long Deleted,
    long AmbiguousTimes, long SkippedTimes, long NulNotes, long KeptAmbiguousTimes, long KeptSkippedTimes,
    long KeptNulNotes)
{
    internal static AssessmentFacts None { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    internal AssessmentFacts With(SchoolLayout layout, long result)
    {
        var district = layout.Assessments.District(result);
        var student = layout.Assessments.StudentOrdinal(result);
        var foreign = student is { } s && layout.StudentBlock(s) != district;
        var own = student is not null && !foreign ? student.Value : -1;
        var isBad = own >= 0 && SchoolLayout.HasBadName(own);
        var isTest = own >= 0 && SchoolLayout.IsTest(own);
        var isKept = own >= 0 && !isBad && !isTest;
        var changes = Place.Of(district).ChangesClocks;
        var ambiguous = changes && AssessmentRows.HasTimeOfAutumn(result);
        var skipped = changes && AssessmentRows.HasTimeOfSpring(result);
        var nul = AssessmentRows.HasNulInNotes(result);
        return new(
            Rows + 1, Orphans + One(student is null), OfAnotherDistrict + One(foreign), OfBadNames + One(isBad),
            OfTestStudents + One(isTest), Deleted + One(AssessmentRows.IsDeleted(result)),
            AmbiguousTimes + One(ambiguous), SkippedTimes + One(skipped), NulNotes + One(nul),
            KeptAmbiguousTimes + One(ambiguous && isKept), KeptSkippedTimes + One(skipped && isKept),
            KeptNulNotes + One(nul && isKept));
    }

    static long One(bool counts) => counts ? 1 : 0;
}
