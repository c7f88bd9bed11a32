using System.Data;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using static MigrationFunctions.Core.Tests.Copying.Columns;

namespace MigrationFunctions.Core.Tests.Mapping;

/// <summary>A student of twelve columns and the school it refers to.</summary>
static class SampleEntity
{
    public static readonly Guid Namespace = Manifest.DefaultIdNamespace;

    public static readonly Tenant District = new("17", new Guid("11111111-2222-3333-4444-555555555555"), "Springfield");

    public static readonly EntityManifest School = new()
    {
        Name = "school",
        Source = new() { Table = "dbo.School", Tenant = "DistrictID", Key = ["SchoolID"] },
        Target = new() { Table = "school.school" },
        Columns = [],
    };

    public static readonly EntityManifest Student = new()
    {
        Name = "student",
        Source = new()
        {
            Table = "dbo.Student", Tenant = "DistrictID", Key = ["StudentID"], Ignore = ["RowVer", "IsTest"],
        },
        Target = new() { Table = "school.student" },
        Ids = IdScheme.V8,
        Columns =
        [
            Map("Name", "name"), Map("SchoolID", "school_id") with { Reference = "school", NullIf = ["0"] },
            Map("BirthDate", "birth_date"), Map("Gpa", "gpa"), Map("Fees", "fees"), Map("IsDeleted", "is_deleted"),
            Map("CreatedAt", "created_at") with { TimeZone = "America/Chicago" }, Map("Guid", "external_id"),
            Map("Credits", "credits"),
        ],
        Filters =
        [
            new() { Name = "testStudents", Column = "IsTest", EqualTo = Json("true") },
            new() { Name = "noName", Column = "Name", StartsWith = "?" },
        ],
    };

    public static readonly SourceTable StudentSource = new(
        "dbo.Student",
        [
            Source(SqlDbType.BigInt, "StudentID", isNullable: false), Source(SqlDbType.Int, "DistrictID"),
            Source(SqlDbType.NVarChar, "Name", 100), Source(SqlDbType.Int, "SchoolID"),
            Source(SqlDbType.Date, "BirthDate"),
            Source(SqlDbType.Decimal, "Gpa", precision: 4, scale: 3), Source(SqlDbType.Money, "Fees"),
            Source(SqlDbType.Bit, "IsDeleted"), Source(SqlDbType.DateTime, "CreatedAt"),
            Source(SqlDbType.UniqueIdentifier, "Guid"), Source(SqlDbType.Float, "Credits"),
            Source(SqlDbType.Bit, "IsTest"),
            Source(SqlDbType.Timestamp, "RowVer"),
        ],
        []);

    public static readonly TargetTable StudentTarget = Table(
        "school.student",
        Target("uuid", "tenant_id", isNotNull: true), Target("uuid", "id", isNotNull: true),
        Target("int8", "legacy_id", isNotNull: true), Target("varchar", "name", 100, isNotNull: true),
        Target("uuid", "school_id"), Target("date", "birth_date"), Target("numeric", "gpa", precision: 4, scale: 3),
        Target("numeric", "fees", precision: 19, scale: 4), Target("bool", "is_deleted", isNotNull: true),
        Target("timestamptz", "created_at"), Target("uuid", "external_id"), Target("float8", "credits"));

    public static Manifest ManifestOf(params EntityManifest[] entities) => new()
    {
        Name = "sample",
        Tenants = new() { Table = "dbo.District", Key = "DistrictID" },
        Entities = entities,
    };

    public static TargetTable Table(string name, params TargetColumn[] columns) =>
        new(name, columns, [], [], true, true);

    public static ColumnManifest Map(string source, string target) => new() { Source = source, Target = target };

    public static System.Text.Json.JsonElement Json(string text) =>
        System.Text.Json.JsonDocument.Parse(text).RootElement.Clone();
}
