namespace LocalSqlServer.SchoolDatabase;

/// <summary>What the generator makes. Equal options give equal databases, byte for byte.</summary>
/// <param name="Seed">Changes every value, but no count.</param>
/// <param name="Rows">Students and enrollments together: 45% students, 55% enrollments.</param>
/// <param name="Districts">1 to 500.</param>
/// <param name="Assessments">Assessment results, shared out among the districts as students are.</param>
/// <param name="Sizes">How large the districts are beside each other.</param>
public sealed record SchoolOptions(
    int Seed = 1, long Rows = 20_000, int Districts = 3, long Assessments = 0,
    DistrictSizes Sizes = DistrictSizes.Falling);
