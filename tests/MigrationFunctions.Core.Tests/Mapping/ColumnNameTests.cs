using System.Data;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Tests.Copying;
using static MigrationFunctions.Core.Tests.Copying.Columns;
using static MigrationFunctions.Core.Tests.Mapping.SampleEntity;

namespace MigrationFunctions.Core.Tests.Mapping;

/// <summary>Which column a layout takes for a name, where names differ in case.</summary>
public sealed class ColumnNameTests
{
    static readonly EntityManifest Person = new()
    {
        Name = "person",
        Source = new() { Table = "dbo.Person", Tenant = "TenantID", Key = ["PersonID"], Ignore = ["RowVer"] },
        Target = new() { Table = "school.person" },
        Columns = [Map("Name", "name"), Map("IsDeleted", "is_deleted")],
        SoftDelete = "IsDeleted",
        Filters = [new() { Name = "noName", Column = "Name", EqualTo = Json("\"\"") }],
    };

    static readonly EntityManifest OtherCase = Person with
    {
        Source = new() { Table = "dbo.Person", Tenant = "TENANTID", Key = ["personid"], Ignore = ["rowver"] },
        Columns = [Map("NAME", "name"), Map("isdeleted", "is_deleted")],
        SoftDelete = "ISDELETED",
        Filters = [new() { Name = "noName", Column = "name", EqualTo = Json("\"\"") }],
    };

    static readonly TargetTable Target = Table(
        "school.person", Columns.Target("uuid", "tenant_id"), Columns.Target("uuid", "id"),
        Columns.Target("int4", "legacy_id"), Columns.Target("text", "name"), Columns.Target("bool", "is_deleted"),
        Columns.Target("text", "nickname"));

    [Fact]
    public void Two_columns_that_differ_in_case_are_two_columns()
    {
        var entity = Person with { Columns = [.. Person.Columns, Map("name", "nickname")] };
        var layout = Create(entity, SourceOf(namesIgnoreCase: false, "name")).Layout!;
        Assert.Equal(["PersonID", "Name", "IsDeleted", "name"], layout.SelectColumns);
        using var buffer = new TupleBuffer();
        var row = new TypedRow(TypedRow.Of(7), TypedRow.Of("Ada"), TypedRow.Of(false), TypedRow.Of("Countess"));
        Assert.Equal(RowOutcome.Written, new RowEncoder(layout, District, Namespace).Encode(row, buffer));
        var fields = PgCopyDecoder.Fields(buffer.LastRow);
        Assert.Equal(("Ada", "Countess"), (PgCopyDecoder.Text(fields[3]), PgCopyDecoder.Text(fields[5])));
    }

    [Fact]
    public void A_column_is_unmapped_although_one_in_other_case_is_mapped()
    {
        var problem = Assert.Single(Create(Person, SourceOf(namesIgnoreCase: false, "name")).Problems);
        Assert.Equal(ErrorCodes.UnmappedSourceColumn, problem.Code);
        Assert.Contains("Column name of", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_in_other_case_become_the_tables_own_where_names_ignore_case()
    {
        var result = Create(OtherCase, SourceOf(namesIgnoreCase: true));
        Assert.Empty(result.Problems);
        Assert.Equal(["PersonID", "Name", "IsDeleted"], result.Layout!.SelectColumns);
        var entity = result.Layout.Entity;
        Assert.Equal(
            ["TenantID", "PersonID", "RowVer", "Name", "IsDeleted", "IsDeleted", "Name"],
            [
                entity.Source.Tenant, .. entity.Source.Key, .. entity.Source.Ignore, .. entity.Columns.Select(c => c.Source),
                entity.SoftDelete, .. entity.Filters.Select(f => f.Column),
            ]);
    }

    [Fact]
    public void Names_in_other_case_are_refused_each_at_its_place_where_case_tells()
    {
        var result = Create(OtherCase, SourceOf(namesIgnoreCase: false));
        Assert.Null(result.Layout);
        Assert.Equal(
            [
                "columns[0].source", "columns[1].source", "filters[0].column", "softDelete", "source.ignore[0]", "source.key[0]",
                "source.tenant",
            ],
            result.Problems.Where(p => p.Code == ErrorCodes.UnknownSourceColumn)
                .Select(p => p.Place["sample $.entities[0].".Length..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_ambiguous_name_is_refused_and_never_the_first_column_taken()
    {
        var entity = Person with { Columns = [Map("NAME", "name"), Map("IsDeleted", "is_deleted")], Filters = [] };
        var result = Create(entity, SourceOf(namesIgnoreCase: true, "name"));
        Assert.Null(result.Layout);
        var problem = Assert.Single(result.Problems, p => p.Code == ErrorCodes.AmbiguousSourceColumn);
        Assert.Equal("sample $.entities[0].columns[0].source", problem.Place);
    }

    [Fact]
    public void Names_of_different_case_that_are_one_column_are_told_as_repeated()
    {
        var entity = Person with
        {
            Source = Person.Source with
            {
                Key = ["PersonID", "personid", "tenantid"], Ignore = ["RowVer", "rowver", "NAME", "TENANTID"],
            },
            Target = Person.Target with { LegacyId = "nickname" },
        };
        Assert.Empty(ManifestValidator.Validate(ManifestOf(entity), "sample"));
        (string, string)[] repeated =
        [
            (ErrorCodes.DuplicateKeyColumn, "sample $.entities[0].source.key[1]"),
            (ErrorCodes.TenantColumnInKey, "sample $.entities[0].source.key[2]"),
            (ErrorCodes.IgnoredTwice, "sample $.entities[0].source.ignore[1]"),
            (ErrorCodes.UsedAndIgnored, "sample $.entities[0].source.ignore[2]"),
            (ErrorCodes.UsedAndIgnored, "sample $.entities[0].source.ignore[3]"),
        ];
        Assert.Equal(
            repeated,
            Create(entity, SourceOf(namesIgnoreCase: true)).Problems
                .Where(p => repeated.Any(r => r.Item1 == p.Code)).Select(p => (p.Code, p.Place)));
    }

    [Fact]
    public void A_mark_of_deletion_is_mapped_only_if_its_own_column_is()
    {
        var entity = Person with { SoftDelete = "isDeleted", Source = Person.Source with { Ignore = ["RowVer", "isDeleted"] } };
        Assert.Empty(ManifestValidator.Validate(ManifestOf(entity), "sample"));
        var source = SourceOf(namesIgnoreCase: false);
        source = source with { Columns = [.. source.Columns, Source(SqlDbType.Bit, "isDeleted")] };
        Assert.Equal(ErrorCodes.SoftDeleteNotMapped, Assert.Single(Create(entity, source).Problems).Code);
    }

    [Fact]
    public void The_target_column_of_the_mark_is_that_of_its_own_column()
    {
        var entity = Person with { SoftDelete = "isDeleted", Columns = [.. Person.Columns, Map("isDeleted", "gone")] };
        Assert.Equal("gone", entity.FindMark()!.Target);
        Assert.Equal("is_deleted", Person.FindMark()!.Target);
        Assert.Equal("is_deleted", (Person with { SoftDelete = "ISDELETED" }).FindMark()!.Target);
        Assert.Null((Person with { SoftDelete = null }).FindMark());
    }

    static EntityLayoutResult Create(EntityManifest entity, SourceTable source) =>
        EntityLayout.Create(ManifestOf(entity), entity, source, Target);

    static SourceTable SourceOf(bool namesIgnoreCase, params string[] more) => new(
        "dbo.Person",
        [
            Source(SqlDbType.Int, "TenantID"), Source(SqlDbType.Int, "PersonID", isNullable: false),
            Source(SqlDbType.NVarChar, "Name", 50), Source(SqlDbType.Bit, "IsDeleted"), Source(SqlDbType.Timestamp, "RowVer"),
            .. more.Select(name => Source(SqlDbType.NVarChar, name, 50)),
        ],
        [], namesIgnoreCase);
}
