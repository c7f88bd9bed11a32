using System.Data;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace Benchmarks.Micro;

/// <summary>Kinds of rows whose encoding is measured.</summary>
public enum RowKind
{
    /// <summary>Keys, numbers, times and UUIDs: nothing that the driver would have to make a string of.</summary>
    FixedWidth,

    /// <summary>An assessment result of the sample: numbers and local times, two short texts, rarely a note.</summary>
    AssessmentResult,

    /// <summary>Four texts of names' length.</summary>
    Text,
}

/// <summary>A table, its layout and rows of it in memory that never come to an end.</summary>
sealed class RowShape
{
    const int Rows = 1_000;
    static readonly DateTime Some = new(2024, 3, 10, 9, 8, 7, 650);

    public static readonly Guid IdNamespace = Manifest.DefaultIdNamespace;

    public static readonly Tenant Tenant =
        new("17", new Guid("11111111-2222-3333-4444-555555555555"), "Springfield", "America/Chicago");

    readonly List<(SourceColumn Source, TargetColumn Target, Func<int, object?> Value, string? Reference)> _columns = [];

    public static RowShape Of(RowKind kind) => kind switch
    {
        RowKind.FixedWidth => FixedWidth,
        RowKind.AssessmentResult => AssessmentResult,
        _ => Text,
    };

    /// <summary>The layout, and a reader on its rows.</summary>
    public (EntityLayout Layout, MemoryRows Rows) Build()
    {
        var parent = new EntityManifest
        {
            Name = "parent",
            Source = new() { Table = "dbo.Parent", Tenant = "DistrictID", Key = ["ParentID"] },
            Target = new() { Table = "school.parent" },
            Columns = [],
        };
        var entity = new EntityManifest
        {
            Name = "entity",
            Source = new() { Table = "dbo.Entity", Tenant = "DistrictID", Key = ["ID"] },
            Target = new() { Table = "school.entity" },
            Ids = IdScheme.V8,
            Columns =
            [
                .. _columns.Select(c => new ColumnManifest
                {
                    Source = c.Source.Name, Target = c.Target.Name, Reference = c.Reference,
                    TimeZone = c.Target.Type == "timestamptz" ? "tenant" : null,
                }),
            ],
        };
        var manifest = new Manifest
        {
            Name = "bench", Tenants = new() { Table = "dbo.District", Key = "DistrictID", TimeZoneColumn = "TimeZone" },
            Entities = [parent, entity],
        };
        var source = new SourceTable(
            "dbo.Entity",
            [Source("ID", SqlDbType.BigInt), Source("DistrictID", SqlDbType.Int), .. _columns.Select(c => c.Source)], []);
        var target = new TargetTable(
            "school.entity",
            [
                Target("tenant_id", "uuid"), Target("id", "uuid"), Target("legacy_id", "int8"),
                .. _columns.Select(c => c.Target),
            ],
            [], [], true, true);
        var result = EntityLayout.Create(manifest, entity, source, target);
        var layout = result.Layout ?? throw new InvalidOperationException(string.Join('\n', result.Problems));
        return (layout, new MemoryRows([.. layout.SelectColumns.Select(c => Values(source.Find(c)!))], new Endless()));
    }

    static RowShape FixedWidth => new RowShape()
        .Add("Parent", SqlDbType.BigInt, "uuid", i => (long)i, reference: "parent")
        .Add("Number", SqlDbType.Int, "int4", i => i)
        .Add("Year", SqlDbType.SmallInt, "int2", i => (short)(2_000 + i % 30))
        .Add("Flag", SqlDbType.Bit, "bool", i => i % 2 == 0)
        .Add("Day", SqlDbType.Date, "date", i => Some.Date.AddDays(i))
        .Add("At", SqlDbType.DateTime2, "timestamptz", i => Some.AddMinutes(i * 37))
        .Add("Local", SqlDbType.DateTime2, "timestamp", i => Some.AddMinutes(i * 37))
        .Add("Credits", SqlDbType.Float, "float8", i => i / 4d)
        .Add("Guid", SqlDbType.UniqueIdentifier, "uuid", i => new Guid(i, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))
        .Add("Missing", SqlDbType.Int, "int4", _ => null);

    static RowShape AssessmentResult => new RowShape()
        .Add("Student", SqlDbType.BigInt, "uuid", i => i * 31L % 977, reference: "parent")
        .Add("AssessmentCode", SqlDbType.VarChar, "varchar", i => $"MATH-{i % 12:D2}", 12)
        .Add("Subject", SqlDbType.Char, "varchar", i => i % 2 == 0 ? "MATH" : "ELA ", 4)
        .Add("TestedAt", SqlDbType.DateTime2, "timestamptz", i => Some.AddMinutes(i * 37))
        .Add("SubmittedAt", SqlDbType.DateTime, "timestamptz", i => Some.AddMinutes(i * 37 + 50))
        .Add("Score", SqlDbType.Decimal, "numeric", i => i * 37 % 100_000 / 10_000m + 200, 9, 4)
        .Add("ScaleScore", SqlDbType.Int, "int4", i => i % 50 == 0 ? null : 200 + i % 600)
        .Add("Percentile", SqlDbType.Decimal, "numeric", i => i % 50 == 0 ? null : i % 10_000 / 100m, 5, 2)
        .Add("Passed", SqlDbType.Bit, "bool", i => i % 3 != 0)
        .Add("Notes", SqlDbType.NVarChar, "varchar", i => i % 20 == 0 ? "Large print; extra time as agreed." : null, 400)
        .Add("IsDeleted", SqlDbType.Bit, "bool", i => i % 50 == 11)
        .Add("DeletedAt", SqlDbType.DateTime, "timestamptz", i => i % 50 == 11 ? Some.AddDays(90) : null);

    static RowShape Text => new RowShape()
        .Add("FirstName", SqlDbType.NVarChar, "varchar", i => $"First{i}", 100)
        .Add("MiddleName", SqlDbType.NVarChar, "varchar", i => i % 3 == 0 ? null : "Marïe", 100)
        .Add("LastName", SqlDbType.NVarChar, "varchar", i => $"Lastname-{i * 31 % 997}", 100)
        .Add("Street", SqlDbType.NVarChar, "varchar", i => $"{i % 9_000} Martin Luther King Boulevard", 200);

    RowShape Add(
        string name, SqlDbType type, string targetType, Func<int, object?> value, int length = 0, int scale = 0,
        string? reference = null)
    {
        var isNumeric = targetType == "numeric";
        _columns.Add((
            new SourceColumn(name, type, isNumeric ? 0 : length, (byte)(isNumeric ? length : 0), (byte)scale, true),
            new TargetColumn(
                name, targetType, isNumeric ? 0 : length, isNumeric ? length : 0, isNumeric ? scale : -1, false, false, false),
            value, reference));
        return this;
    }

    MemoryColumn Values(SourceColumn column)
    {
        var values = MemoryColumn.For(column);
        var made = _columns.Find(c => c.Source == column).Value ?? (i => (long)i);
        for (var i = 0; i < Rows; i++)
            values.Add(made(i));
        return values;
    }

    static SourceColumn Source(string name, SqlDbType type) => new(name, type, 0, 0, 0, false);

    static TargetColumn Target(string name, string type) => new(name, type, 0, 0, -1, true, false, false);

    /// <summary>Row numbers that begin again and again.</summary>
    sealed class Endless : IReadOnlyList<int>
    {
        public int Count => int.MaxValue;

        public int this[int index] => index % Rows;

        public IEnumerator<int> GetEnumerator() => throw new NotSupportedException();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
