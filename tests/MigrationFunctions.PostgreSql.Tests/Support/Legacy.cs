using System.Data;
using System.Globalization;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.PostgreSql.Tests.Support;

/// <summary>The legacy school database of <c>manifests/school-district.json</c>, empty or with generated
/// rows.</summary>
sealed class Legacy
{
    public const string District = "1";
    public const string OtherDistrict = "2";

    public Legacy() => Source = new MemorySource(Districts, Schools, GradeScales, Students, Enrollments);

    public MemorySource Source { get; }

    public MemoryTable Districts { get; } = new(Table("dbo.District",
        Key("DistrictID", SqlDbType.Int), Of(
            "DistrictName", SqlDbType.NVarChar, 120), Of("StateCode", SqlDbType.Char, 2),
        Of("TimeZone", SqlDbType.VarChar, 50), Of(
            "CreatedAt", SqlDbType.DateTime), Of("RowVer", SqlDbType.Timestamp, 8)),
        "DistrictID", "DistrictID");

    public MemoryTable Schools { get; } = new(Table("dbo.School",
        Key("SchoolID", SqlDbType.Int), Key("DistrictID", SqlDbType.Int), Of("SchoolCode", SqlDbType.VarChar, 10),
        Of("SchoolName", SqlDbType.NVarChar, 150), Of("IsActive", SqlDbType.Bit), Of("OpenedOn", SqlDbType.Date)),
        "DistrictID", "SchoolID");

    public MemoryTable GradeScales { get; } = new(Table("dbo.GradeScale",
        Key("GradeScaleID", SqlDbType.UniqueIdentifier), Key(
            "DistrictID", SqlDbType.Int), Of("Code", SqlDbType.Char, 4),
        Number("MinScore", 6, 3), Number("MaxScore", 6, 3), Of("Description", SqlDbType.NVarChar, -1)),
        "DistrictID", "GradeScaleID");

    public MemoryTable Students { get; } = new(Table("dbo.Student",
        Key("StudentID", SqlDbType.BigInt), Of(
            "DistrictID", SqlDbType.Int), Of("StateStudentNumber", SqlDbType.VarChar, 20),
        Of("FirstName", SqlDbType.NVarChar, 100), Of("MiddleName", SqlDbType.NVarChar, 100),
        Of("LastName", SqlDbType.NVarChar, 100), Of("BirthDate", SqlDbType.Date), Of("Gender", SqlDbType.Char, 1),
        Of("SchoolID", SqlDbType.Int), Number("Gpa", 4, 3), Of("FeesBalance", SqlDbType.Money),
        Of("IsDeleted", SqlDbType.Bit), Of("DeletedAt", SqlDbType.DateTime), Of("IsTest", SqlDbType.Bit),
        Of("CreatedAt", SqlDbType.DateTime), Of("UpdatedAt", SqlDbType.DateTime2, 0, 7),
        Of("Guid", SqlDbType.UniqueIdentifier), Of(
            "Notes", SqlDbType.NVarChar, -1), Of("Photo", SqlDbType.VarBinary, 200),
        Of("RowVer", SqlDbType.Timestamp, 8)),
        "DistrictID", "StudentID");

    public MemoryTable Enrollments { get; } = new(Table("dbo.Enrollment",
        Key("EnrollmentID", SqlDbType.BigInt), Of("DistrictID", SqlDbType.Int), Of("StudentID", SqlDbType.BigInt),
        Of("SchoolID", SqlDbType.Int), Of("SchoolYear", SqlDbType.SmallInt), Of("GradeLevel", SqlDbType.VarChar, 2),
        Of("EntryDate", SqlDbType.Date), Of("ExitDate", SqlDbType.Date), Of("EntryCode", SqlDbType.Char, 3),
        Of("Credits", SqlDbType.Float), Of("IsPrimary", SqlDbType.TinyInt),
        Of("LastModified", SqlDbType.DateTimeOffset, 0, 3), Of("RowVer", SqlDbType.Timestamp, 8)),
        "DistrictID", "EnrollmentID");

    /// <summary>The legacy database with both districts, so many schools and students in each, and an enrollment for
    /// each student.</summary>
    public static Legacy With(int students, int schools = 3)
    {
        var legacy = new Legacy();
        foreach (var district in new[] { 1, 2 })
        {
            legacy.AddDistrict(district);
            for (var i = 1; i <= schools; i++)
                legacy.AddSchool(district, i);
            for (var i = 1; i <= students; i++)
            {
                legacy.AddStudent(district, i, ("SchoolID", i % schools + 1));
                legacy.AddEnrollment(district, i, ("StudentID", (long)i), ("SchoolID", i % schools + 1));
            }
        }
        return legacy;
    }

    public void AddDistrict(int id) => Districts.Add(
        ("DistrictID", id), ("DistrictName", $"District {id}"), ("StateCode", "TX"), ("TimeZone", "America/Chicago"),
        ("CreatedAt", new DateTime(2001, 2, 3)));

    public void AddSchool(int district, int id) => Schools.Add(
        ("SchoolID", id), ("DistrictID", district), ("SchoolCode", $"S{id}  "), ("SchoolName", $"School {id}"),
        ("IsActive", true), ("OpenedOn", new DateTime(1960, 1, id % 28 + 1)));

    /// <summary>A student like many others; values that are given win.</summary>
    public void AddStudent(int district, long id, params (string, object?)[] values) => Students.Add(
    [
        ("StudentID", id), ("DistrictID", district),
        ("StateStudentNumber", string.Create(CultureInfo.InvariantCulture, $"TX{id:D9}")),
        ("FirstName", $"First{id % 977}"), ("MiddleName", id % 3 == 0 ? null : "M"), ("LastName", $"Läst{id % 1999}"),
        ("BirthDate", new DateTime(2005, 1, 1).AddDays(id % 5000)), ("Gender", id % 2 == 0 ? "F" : "M"),
        ("Gpa", id % 7 == 0 ? null : new decimal(
            (int)(id % 4000), 0, 0, false, 3)), ("FeesBalance", id % 10_000 / 100m),
        ("IsDeleted", id % 20 == 0), ("DeletedAt", id % 20 == 0 ? new DateTime(2020, 5, 6) : null), ("IsTest", false),
        ("CreatedAt", new DateTime(2015, 7, 8, 9, 10, 11).AddMinutes(id)),
        ("UpdatedAt", new DateTime(2024, 7, 8, 9, 10, 11).AddTicks(id * 1_234_567)),
        ("Guid", new Guid((int)id, (short)district, 3, 4, 5, 6, 7, 8, 9, 10, 11)),
        ("Notes", id % 5 == 0 ? "Transferred from another district; records requested." : null),
        .. values,
    ]);

    public void AddEnrollment(int district, long id, params (string, object?)[] values) => Enrollments.Add(
    [
        ("EnrollmentID", id), ("DistrictID", district), ("SchoolYear", (short)2024), ("GradeLevel", "09"),
        ("EntryDate", new DateTime(2024, 8, 15)), ("ExitDate", new DateTime(9999, 12, 31)), ("EntryCode", "E1 "),
        ("Credits", id / 4d), ("IsPrimary", (byte)1),
        ("LastModified", new DateTimeOffset(2024, 9, 1, 12, 0, 0, TimeSpan.FromHours(-5))),
        .. values,
    ]);

    public static SourceTable Table(string name, params SourceColumn[] columns) => new(name, columns, []);

    public static SourceColumn Key(string name, SqlDbType type, int length = 0) =>
        Of(name, type, length) with { IsNullable = false };

    public static SourceColumn Of(string name, SqlDbType type, int length = 0, int scale = 0) =>
        new(name, type, length, 0, (byte)scale, true);

    public static SourceColumn Number(string name, int precision, int scale) =>
        new(name, SqlDbType.Decimal, 0, (byte)precision, (byte)scale, true);
}
