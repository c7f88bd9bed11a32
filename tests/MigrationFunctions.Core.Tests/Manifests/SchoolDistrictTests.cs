using System.Data;
using System.Globalization;
using System.Text.RegularExpressions;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Tests.Manifests;

/// <summary>The sample manifest against the legacy tables and against its own target script.</summary>
public sealed partial class SchoolDistrictTests
{
    const string LegacyTables = """
        dbo.District: DistrictID int not null, DistrictName nvarchar(120), StateCode char(2), TimeZone varchar(50),
          CreatedAt datetime, RowVer timestamp
        dbo.School: SchoolID int not null, DistrictID int not null, SchoolCode varchar(10), SchoolName nvarchar(150),
          IsActive bit, OpenedOn date
        dbo.GradeScale: GradeScaleID uniqueidentifier not null, DistrictID int not null, Code char(4),
          MinScore decimal(6,3), MaxScore decimal(6,3), Description nvarchar(max)
        dbo.Student: StudentID bigint not null, DistrictID int, StateStudentNumber varchar(20), FirstName nvarchar(100),
          MiddleName nvarchar(100), LastName nvarchar(100), BirthDate date, Gender char(1), SchoolID int,
          Gpa decimal(4,3), FeesBalance money, IsDeleted bit, DeletedAt datetime, IsTest bit, CreatedAt datetime,
          UpdatedAt datetime2(7), Guid uniqueidentifier, Notes nvarchar(max), Photo varbinary(200), RowVer timestamp
        dbo.Enrollment: EnrollmentID bigint not null, DistrictID int, StudentID bigint, SchoolID int,
          SchoolYear smallint, GradeLevel varchar(2), EntryDate date, ExitDate date, EntryCode char(3), Credits float,
          IsPrimary tinyint, LastModified datetimeoffset(3), RowVer timestamp
        dbo.AssessmentResult: ResultID bigint not null, DistrictID int, StudentID bigint, AssessmentCode varchar(12),
          Subject char(4), TestedAt datetime2(3), SubmittedAt datetime, Score decimal(9,4), ScaleScore int,
          Percentile decimal(5,2), Passed bit, Notes nvarchar(400), IsDeleted bit, DeletedAt datetime, RowVer timestamp
        """;

    static readonly Manifest SchoolDistrict =
        new ManifestCatalog(RepositoryFile.PathOf("manifests")).Find("school-district").Manifest!;

    static readonly string Script = File.ReadAllText(RepositoryFile.PathOf("manifests/school-district.target.sql"));

    [Fact]
    public void Every_entity_fits_its_legacy_table_and_the_target_script()
    {
        var sources = Regex.Split(LegacyTables, "\n(?=dbo)").Select(Source).ToDictionary(t => t.Name);
        var targets = Table().Matches(Script).Select(Target).ToDictionary(t => t.Name);

        Assert.Equal(6, SchoolDistrict.Entities.Count);
        foreach (var entity in SchoolDistrict.Entities)
        {
            var layout = EntityLayout.Create(
                SchoolDistrict, entity, sources[entity.Source.Table], targets[entity.Target.Table]);
            Assert.Equal([], layout.Problems);
            Assert.Equal(
                targets[entity.Target.Table].Columns.Select(c => c.Name).Order(), layout.Layout!.CopyColumns.Order());
        }
    }

    [Fact]
    public void Every_target_table_is_under_row_level_security()
    {
        var secured = Regex.Match(Script, @"ARRAY\s+ARRAY\[(.*?)\] LOOP").Groups[1].Value.Split(", ").Select(t => t.Trim('\''));

        Assert.Equal(Table().Matches(Script).Select(m => m.Groups["name"].Value["school.".Length..]), secured);
    }

    [Fact]
    public void The_script_holds_no_password() => Assert.DoesNotMatch("(?i)password\\s*'", Script);

    static SourceTable Source(string text)
    {
        var name = text[..text.IndexOf(':', StringComparison.Ordinal)];
        return new SourceTable(name, [.. SourceColumnPattern().Matches(text).Select(m =>
        {
            var type = Enum.Parse<SqlDbType>(m.Groups["type"].Value, ignoreCase: true);
            var (first, second) = (Number(m.Groups["first"]), Number(m.Groups["second"]));
            var isDecimal = type == SqlDbType.Decimal;
            var isTime = type is SqlDbType.DateTime2 or SqlDbType.DateTimeOffset;
            return new SourceColumn(
                m.Groups["name"].Value, type, isDecimal || isTime ? 0 : first, (byte)(isDecimal ? first : 0),
                (byte)(isTime ? first : second), !m.Groups["not"].Success);
        })], []);
    }

    static TargetTable Target(Match table)
    {
        var columns = TargetColumnPattern().Matches(table.Groups["body"].Value).Select(m =>
        {
            var type = TypeName(m.Groups["type"].Value);
            var (first, second) = (Number(m.Groups["first"]), Number(m.Groups["second"]));
            var isNumeric = type == "numeric";
            return new TargetColumn(
                m.Groups["name"].Value, type, isNumeric ? 0 : first, isNumeric ? first : 0, isNumeric ? second : -1,
                m.Groups["not"].Success, HasDefault: false, IsGenerated: false);
        });
        return new TargetTable(table.Groups["name"].Value, [.. columns], ["tenant_id", "id"], [], true, true);
    }

    static string TypeName(string declared) => declared switch
    {
        "integer" => "int4",
        "bigint" => "int8",
        "smallint" => "int2",
        "boolean" => "bool",
        "char" => "bpchar",
        "double precision" => "float8",
        _ => declared,
    };

    static int Number(Group group) => group.Value switch
    {
        "" => 0,
        "max" => -1,
        var digits => int.Parse(digits, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex(
        @"(?<name>\w+) (?<type>[a-z]+2?)(\((?<first>\w+)(,(?<second>\d+))?\))?(?<not> not null)?(,|$)",
        RegexOptions.Multiline)]
    private static partial Regex SourceColumnPattern();

    [GeneratedRegex(@"CREATE TABLE (?<name>[\w.]+) \((?<body>.*?)\n\);", RegexOptions.Singleline)]
    private static partial Regex Table();

    [GeneratedRegex(
        @"^  (?<name>[a-z_]+) (?<type>[a-z]+( precision)?)(\((?<first>\d+)(, (?<second>\d+))?\))?(?<not> NOT NULL)?,?$",
        RegexOptions.Multiline)]
    private static partial Regex TargetColumnPattern();
}
