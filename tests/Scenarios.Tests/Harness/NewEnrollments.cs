namespace Scenarios.Tests.Harness;

/// <summary>Enrollments that come into a source after it was migrated, on whichever server it is.</summary>
static class NewEnrollments
{
    /// <summary>An id behind all that the generator gives.</summary>
    public const long Behind = 6_000_000;

    /// <summary>Adds enrollments that a migration accepts: of a student and a school that the target holds for the
    /// district.</summary>
    public static async Task AddAsync(Scenario scenario, int district, params IEnumerable<long> ids)
    {
        var (student, school) = await scenario.Target.QueryAsync<(long Student, int School)>(
            """
            SELECT s.legacy_id, c.legacy_id
            FROM school.district AS d JOIN school.student AS s USING (tenant_id) JOIN school.school AS c USING (tenant_id)
            WHERE d.legacy_id = @district ORDER BY s.legacy_id, c.legacy_id LIMIT 1
            """, new { district });
        var entered = new DateOnly(2024, 8, 12);
        var modified = new DateTimeOffset(2024, 8, 12, 9, 30, 0, TimeSpan.FromHours(-6));
        foreach (var id in ids)
            await scenario.Source.AddAsync(
                "dbo.Enrollment", id, district, student, school, (short)2024, "5", entered, null, "E01", 0.5, (byte)1, modified, null);
    }
}
