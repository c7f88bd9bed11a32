using System.Data;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using static MigrationFunctions.Core.Tests.Copying.Columns;
using static MigrationFunctions.Core.Tests.Mapping.SampleEntity;

namespace MigrationFunctions.Core.Tests.Mapping;

public sealed class EntityLayoutTests
{
    [Fact]
    public void A_layout_selects_keys_first_and_each_column_once()
    {
        var layout = Create(Student).Layout!;
        Assert.Equal(
            [
                "StudentID", "Name", "SchoolID", "BirthDate", "Gpa", "Fees", "IsDeleted", "CreatedAt", "Guid",
                "Credits", "IsTest",
            ],
            layout.SelectColumns);
        Assert.Equal(
            [
                "tenant_id", "id", "legacy_id", "name", "school_id", "birth_date", "gpa", "fees", "is_deleted",
                "created_at", "external_id", "credits",
            ],
            layout.CopyColumns);
        Assert.Equal(layout.CopyColumns, layout.TargetColumns.Select(c => c.Name));
        Assert.Equal(
            [new EntityReference("SchoolID", "school_id", "school", "school.school", "tenant_id", "id", true)],
            layout.References);
        Assert.Equal("StudentID", Assert.Single(layout.KeyColumns).Name);
    }

    [Fact]
    public void Source_names_are_found_without_case_and_given_as_the_table_has_them()
    {
        var entity = Student with { Source = Student.Source with { Key = ["STUDENTID"] } };
        Assert.Equal("StudentID", Create(entity).Layout!.SelectColumns[0]);
    }

    [Theory]
    [InlineData("Nam", "name", ErrorCodes.UnknownSourceColumn, "Did you mean 'Name'?")]
    [InlineData("Name", "Name", ErrorCodes.UnknownTargetColumn, "Did you mean 'name'?")]
    [InlineData("Name", "birth_date", ErrorCodes.UnsupportedConversion, "text, varchar")]
    public void A_column_that_does_not_fit_is_a_problem_with_its_place(
        string source, string target, string code, string remedy)
    {
        var result = Create(Student with { Columns = [Map(source, target), .. Student.Columns.Skip(1)] });
        Assert.Null(result.Layout);
        var problem = Assert.Single(result.Problems, p => p.Code == code);
        Assert.StartsWith("sample $.entities[0].columns[0]", problem.Place, StringComparison.Ordinal);
        Assert.Contains(remedy, problem.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void All_problems_are_reported_at_once()
    {
        var entity = Student with
        {
            Source = Student.Source with { Key = ["SchoolID", "Credits"], Ignore = ["Nothing"] },
            Target = Student.Target with { Tenant = "is_deleted", LegacyId = "birth_date" },
            Columns = [Map("Name", "computed"), Map("BirthDate", "birth_date") with { Trim = TrimPolicy.End }],
        };
        var target = StudentTarget with
        {
            Columns = [.. StudentTarget.Columns, Target("int4", "computed") with { IsGenerated = true }],
        };
        var result = EntityLayout.Create(ManifestOf(entity, School), entity, StudentSource, target);
        Assert.Null(result.Layout);
        Assert.Equal(
            [
                ErrorCodes.UnsupportedConversion, ErrorCodes.PolicyDoesNotFit, ErrorCodes.UnknownSourceColumn,
                ErrorCodes.UnmappedSourceColumn, ErrorCodes.UnfilledTargetColumn, ErrorCodes.GeneratedTargetColumn,
                ErrorCodes.IdColumnType, ErrorCodes.LegacyIdType, ErrorCodes.OrderedIdNeedsIntegerKey,
                ErrorCodes.NullableKey, ErrorCodes.KeyType,
            ],
            result.Problems.Select(p => p.Code).Distinct().Order(StringComparer.Ordinal));
        Assert.All(result.Problems, p => Assert.EndsWith(".", p.Remedy.TrimEnd('?') + ".", StringComparison.Ordinal));
    }

    [Fact]
    public void A_source_column_that_nobody_mentions_is_a_problem()
    {
        var result = Create(Student with { Source = Student.Source with { Ignore = ["IsTest"] } });
        var problem = Assert.Single(result.Problems);
        Assert.Equal(ErrorCodes.UnmappedSourceColumn, problem.Code);
        Assert.Contains("RowVer", problem.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_column_that_must_have_a_value_needs_one()
    {
        var column = Target("int4", "grade", isNotNull: true);
        Assert.Equal(ErrorCodes.UnfilledTargetColumn, Assert.Single(With(column).Problems).Code);
        Assert.Empty(With(column with { HasDefault = true }).Problems);
        Assert.Empty(With(column with { IsNotNull = false }).Problems);
        EntityLayoutResult With(TargetColumn extra) => EntityLayout.Create(
            ManifestOf(Student, School), Student, StudentSource,
            StudentTarget with { Columns = [.. StudentTarget.Columns, extra] });
    }

    [Fact]
    public void A_computed_column_is_a_warning_and_still_makes_a_layout()
    {
        var source = StudentSource with
        {
            Columns = [.. StudentSource.Columns.Select(c => c.Name == "Gpa" ? c with { IsComputed = true } : c)],
        };
        var result = EntityLayout.Create(ManifestOf(Student, School), Student, source, StudentTarget);
        Assert.NotNull(result.Layout);
        var problem = Assert.Single(result.Problems);
        Assert.Equal((ErrorCodes.ComputedColumn, ProblemSeverity.Warning), (problem.Code, problem.Severity));
    }

    [Fact]
    public void A_reference_needs_a_known_entity_a_uuid_and_a_key_type_of_it()
    {
        var unknown = Create(Student with { Columns = Replace("SchoolID", c => c with { Reference = "schol" }) });
        Assert.Contains("'school'", Assert.Single(unknown.Problems).Remedy, StringComparison.Ordinal);
        var notUuid = Create(Student with { Columns = Replace("SchoolID", c => c with { Target = "legacy_id" }) });
        Assert.Equal(ErrorCodes.IdColumnType, Assert.Single(notUuid.Problems).Code);
        var columns = Replace("Name", c => c with { Target = "school_id", Reference = "v8" });
        var notInteger = Student with { Columns = columns };
        var parent = School with { Name = "v8", Ids = IdScheme.V8 };
        var result = EntityLayout.Create(
            ManifestOf(notInteger, School, parent), notInteger, StudentSource, StudentTarget);
        Assert.Contains(result.Problems, p => p.Code == ErrorCodes.KeyType);
    }

    [Theory]
    [InlineData("IsTest", "1", null)]
    [InlineData("IsTest", "\"true\"", ErrorCodes.ValueDoesNotFit)]
    [InlineData("SchoolID", "true", ErrorCodes.ValueDoesNotFit)]
    [InlineData("SchoolID", "1.5", ErrorCodes.ValueDoesNotFit)]
    [InlineData("SchoolID", "3000000000", ErrorCodes.ValueDoesNotFit)]
    [InlineData("SchoolID", "\"1\"", ErrorCodes.ValueDoesNotFit)]
    [InlineData("Name", "1", ErrorCodes.ValueDoesNotFit)]
    [InlineData("BirthDate", "\"2020-02-30\"", ErrorCodes.ValueDoesNotFit)]
    [InlineData("BirthDate", "\"2020-02-29\"", null)]
    [InlineData("Fees", "0.5", null)]
    [InlineData("Guid", "\"x\"", ErrorCodes.ValueDoesNotFit)]
    [InlineData("Gpa", "null", ErrorCodes.ValueDoesNotFit)]
    public void A_filters_value_must_fit_its_column(string column, string json, string? code)
    {
        var rule = new FilterRule { Name = "rule", Column = column, EqualTo = Json(json) };
        var result = Create(Student with { Filters = [rule] });
        Assert.Equal(code, result.Problems.SingleOrDefault()?.Code);
    }

    [Theory]
    [InlineData(SqlDbType.NVarChar, "text")]
    [InlineData(SqlDbType.NVarChar, "bpchar")]
    [InlineData(SqlDbType.Int, "varchar")]
    [InlineData(SqlDbType.Int, "int8")]
    [InlineData(SqlDbType.DateTime2, "timestamp")]
    [InlineData(SqlDbType.DateTime2, "text")]
    [InlineData(SqlDbType.Binary, "bytea")]
    [InlineData(SqlDbType.Binary, "text")]
    public void A_legacy_id_has_the_keys_own_type_or_is_text(SqlDbType key, string legacyId)
    {
        SourceColumn[] columns = [Source(key, "RoomID", 10, isNullable: false), Source(SqlDbType.Int, "T")];
        var source = new SourceTable("dbo.Room", columns, []);
        var target = Table(
            "room", Target("uuid", "tenant_id"), Target("uuid", "id"), Target(legacyId, "legacy_id", isNotNull: true));
        var entity = new EntityManifest
        {
            Name = "room",
            Source = new() { Table = "dbo.Room", Tenant = "T", Key = ["RoomID"] },
            Target = new() { Table = "room" },
            Columns = [],
        };
        Assert.Empty(EntityLayout.Create(ManifestOf(entity), entity, source, target).Problems);
    }

    static EntityLayoutResult Create(EntityManifest entity) =>
        EntityLayout.Create(ManifestOf(entity, School), entity, StudentSource, StudentTarget);

    static IReadOnlyList<ColumnManifest> Replace(string source, Func<ColumnManifest, ColumnManifest> change) =>
        [.. Student.Columns.Select(c => c.Source == source ? change(c) : c)];
}
