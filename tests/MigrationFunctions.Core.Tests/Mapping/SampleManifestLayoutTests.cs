using System.Data;
using System.Globalization;
using System.Text.RegularExpressions;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Tests.Manifests;

namespace MigrationFunctions.Core.Tests.Mapping;

/// <summary>The sample manifest fits the legacy school tables and its own target script, column by column.</summary>
public sealed partial class SampleManifestLayoutTests
{
    const string District = "DistrictID int, DistrictName nvarchar(120), StateCode char(2), TimeZone varchar(50), "
        + "CreatedAt datetime, RowVer timestamp";

    const string School = "SchoolID int, DistrictID int, SchoolCode varchar(10), SchoolName nvarchar(150), IsActive bit, "
        + "OpenedOn date";

    const string GradeScale = "GradeScaleID uniqueidentifier, DistrictID int, Code char(4), MinScore decimal(6.3), "
        + "MaxScore decimal(6.3), Description nvarchar(-1)";

    const string Student = "StudentID bigint, DistrictID int, StateStudentNumber varchar(20), FirstName nvarchar(100), "
        + "MiddleName nvarchar(100), LastName nvarchar(100), BirthDate date, Gender char(1), SchoolID int, "
        + "Gpa decimal(4.3), FeesBalance money, IsDeleted bit, DeletedAt datetime, IsTest bit, CreatedAt datetime, "
        + "UpdatedAt datetime2, Guid uniqueidentifier, Notes nvarchar(-1), Photo varbinary(200), RowVer timestamp";

    const string Enrollment = "EnrollmentID bigint, DistrictID int, StudentID bigint, SchoolID int, SchoolYear smallint, "
        + "GradeLevel varchar(2), EntryDate date, ExitDate date, EntryCode char(3), Credits float, IsPrimary tinyint, "
        + "LastModified datetimeoffset, RowVer timestamp";

    const string AssessmentResult = "ResultID bigint, DistrictID int, StudentID bigint, AssessmentCode varchar(12), "
        + "Subject char(4), TestedAt datetime2, SubmittedAt datetime, Score decimal(9.4), ScaleScore int, "
        + "Percentile decimal(5.2), Passed bit, Notes nvarchar(400), IsDeleted bit, DeletedAt datetime, RowVer timestamp";

    [Theory]
    [InlineData("district", District, 7)]
    [InlineData("school", School, 7)]
    [InlineData("grade_scale", GradeScale, 7)]
    [InlineData("student", Student, 19)]
    [InlineData("enrollment", Enrollment, 13)]
    [InlineData("assessment_result", AssessmentResult, 16)]
    public void Every_column_of_the_sample_has_its_encoder(string name, string source, int columns)
    {
        var manifest = ManifestReader.ReadFile(RepositoryFile.PathOf("manifests/school-district.json")).Manifest!;
        var entity = manifest.Entities.Single(e => e.Name == name);
        var result = EntityLayout.Create(manifest, entity, SourceOf(entity, source), TargetOf(entity));
        Assert.Empty(result.Problems);
        Assert.Equal(columns, result.Layout!.CopyColumns.Count);
    }

    static SourceTable SourceOf(EntityManifest entity, string columns) => new(
        entity.Source.Table,
        [
            .. columns.Split(", ").Select(text => SourcePattern().Match(text).Groups).Select(g => new SourceColumn(
                g["name"].Value, Enum.Parse<SqlDbType>(g["type"].Value, ignoreCase: true), Number(g["length"]),
                (byte)Math.Max(0, Number(g["length"])), (byte)Number(g["scale"]),
                !entity.Source.Key.Contains(g["name"].Value))),
        ],
        []);

    /// <summary>The columns that the target script creates.</summary>
    static TargetTable TargetOf(EntityManifest entity)
    {
        var script = File.ReadAllText(RepositoryFile.PathOf("manifests/school-district.target.sql"));
        var start = script.IndexOf($"CREATE TABLE {entity.Target.Table} (", StringComparison.Ordinal);
        var body = script[start..script.IndexOf("\n);", start, StringComparison.Ordinal)];
        var columns = TargetPattern().Matches(body).Select(m => m.Groups).Select(g => new TargetColumn(
            g["name"].Value, TypeName(g["type"].Value), g["type"].Value == "numeric" ? 0 : Number(g["length"]),
            g["type"].Value == "numeric" ? Number(g["length"]) : 0,
            g["type"].Value == "numeric" ? Number(g["scale"]) : -1, g["null"].Success, false, false));
        return new(entity.Target.Table, [.. columns], [], [], true, true);
    }

    static string TypeName(string type) => type switch
    {
        "integer" => "int4",
        "bigint" => "int8",
        "smallint" => "int2",
        "boolean" => "bool",
        "char" => "bpchar",
        "double precision" => "float8",
        _ => type,
    };

    static int Number(Group digits) => digits.Success ? int.Parse(digits.Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^(?<name>\w+) (?<type>\w+)(\((?<length>-?\d+)(\.(?<scale>\d+))?\))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex SourcePattern();

    [GeneratedRegex(
        @"^  (?<name>[a-z_]+) (?<type>[a-z]+( precision)?)(\((?<length>\d+)(, (?<scale>\d+))?\))?(?<null> NOT NULL)?,?$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex TargetPattern();
}
