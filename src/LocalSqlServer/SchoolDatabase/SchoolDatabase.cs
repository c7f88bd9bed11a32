using System.Globalization;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.SchoolDatabase;

/// <summary>
/// A legacy database as many school districts share one: realistic names in many scripts, and at small constant rates
/// the values that make a migration hard. <see cref="SchoolFacts"/> tells how many there are of each.
/// </summary>
public static class SchoolDatabase
{
    /// <summary>
    /// Makes the database. Students, enrollments and assessment results are computed when they are read, so any number of
    /// rows takes the same memory; changing one of these tables brings it into memory.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Rows are negative, or districts not 1 to 500.</exception>
    public static LegacyDatabase Create(SchoolOptions options)
    {
        var layout = new SchoolLayout(options);
        var pools = new NamePools(options.Seed);
        var database = new LegacyDatabase("LegacySchools");
        AddDistricts(database, options, pools);
        AddSchools(database, layout, pools);
        AddGradeScales(database, options);
        AddComputed(database, layout, pools);
        return database;
    }

    static void AddComputed(LegacyDatabase database, SchoolLayout layout, NamePools pools)
    {
        var firstStudent = database.RowVersion + 1_000_000;
        var firstEnrollment = firstStudent + layout.Students;
        var firstAssessment = firstEnrollment + layout.Enrollments.Count;
        var student = database.AddTable("dbo", "Student");
        StudentRows.Describe(student);
        student.Rows(new StudentRows(layout, pools, firstStudent));
        var enrollment = database.AddTable("dbo", "Enrollment");
        EnrollmentRows.Describe(enrollment);
        enrollment.Rows(new EnrollmentRows(layout, firstEnrollment));
        var assessment = database.AddTable("dbo", "AssessmentResult");
        AssessmentRows.Describe(assessment);
        assessment.Rows(new AssessmentRows(layout, pools, firstAssessment));
        database.ReserveRowVersions(firstAssessment + layout.Assessments.Count);
    }

    static void AddDistricts(LegacyDatabase database, SchoolOptions options, NamePools pools)
    {
        var table = database.AddTable("dbo", "District")
            .Column("DistrictID", SqlType.Int, identity: true)
            .Column("DistrictName", SqlType.NVarChar(120))
            .Column("StateCode", SqlType.Char(2))
            .Column("TimeZone", SqlType.VarChar(50))
            .Column("CreatedAt", SqlType.DateTime)
            .Column("RowVer", SqlType.RowVersion)
            .PrimaryKey("DistrictID");
        for (var i = 1; i <= options.Districts; i++)
        {
            var place = Place.Of(i);
            table.Add(
                i, $"{pools.Cities[(i - 1) % pools.Cities.Length]} District {i}", place.State, place.TimeZone,
                new DateTime(2009, 8, 3, 6, 30, 0).AddDays(i), null);
        }
    }

    static void AddSchools(LegacyDatabase database, SchoolLayout layout, NamePools pools)
    {
        var table = database.AddTable("dbo", "School")
            .Column("SchoolID", SqlType.Int)
            .Column("DistrictID", SqlType.Int)
            .Column("SchoolCode", SqlType.VarChar(10))
            .Column("SchoolName", SqlType.NVarChar(150))
            .Column("IsActive", SqlType.Bit)
            .Column("OpenedOn", SqlType.Date, nullable: true)
            .PrimaryKey("SchoolID")
            .Index("IX_School_District", unique: false, "DistrictID", "SchoolID")
            .References("DistrictID", "dbo.District", "DistrictID", trusted: true);
        var seed = layout.Options.Seed;
        for (var district = 1; district <= layout.Options.Districts; district++)
        {
            for (var i = layout.FirstSchools[district - 1]; i < layout.FirstSchools[district]; i++)
            {
                var hash = Mix.Hash(seed, 51, i);
                var code = string.Create(CultureInfo.InvariantCulture, $"S{i + 1:D4}") + (hash % 4 == 0 ? "   " : "");
                DateOnly? opened = (hash % 9) switch
                {
                    0 => null,
                    1 => DateOnly.MinValue,
                    _ => new DateOnly(1950, 8, 15).AddDays((int)(hash % 25_000)),
                };
                table.Add(
                    (int)i + 1, district, code, $"{pools.Companies[hash % 200]} {(i % 3 == 0 ? "Élémentaire" : "School")} {i + 1}",
                    hash % 12 != 0, opened);
            }
        }
    }

    static void AddGradeScales(LegacyDatabase database, SchoolOptions options)
    {
        var table = database.AddTable("dbo", "GradeScale")
            .Column("GradeScaleID", SqlType.UniqueIdentifier)
            .Column("DistrictID", SqlType.Int)
            .Column("Code", SqlType.Char(4))
            .Column("MinScore", SqlType.Decimal(6, 3))
            .Column("MaxScore", SqlType.Decimal(6, 3))
            .Column("Description", SqlType.NVarChar(SqlType.Max), nullable: true)
            .Clustered("DistrictID", "GradeScaleID")
            .PrimaryKey("GradeScaleID")
            .References("DistrictID", "dbo.District", "DistrictID", trusted: true);
        string[] codes = ["A", "A-", "B", "C", "D", "F", "INC"];
        string?[] descriptions = ["Excellent – très bien", "", "Good", "Fair", "Passed", "Failed\r\nrepeat", null];
        for (var district = 1; district <= options.Districts; district++)
        {
            for (var i = 0; i < codes.Length; i++)
            {
                var hash = Mix.Hash(options.Seed, 52, district * 100L + i);
                var low = (ulong)Mix.Hash(options.Seed, 53, district * 100L + i);
                var bytes = new byte[16];
                BitConverter.TryWriteBytes(bytes, hash);
                BitConverter.TryWriteBytes(bytes.AsSpan(8), low);
                var min = 100m - 12.5m * (i + 1);
                table.Add(new Guid(bytes), district, codes[i], min, min + 12.499m, descriptions[i]);
            }
        }
    }
}
