using System.Data;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using static MigrationFunctions.Core.Tests.Copying.Columns;
using static MigrationFunctions.Core.Tests.Mapping.SampleEntity;

namespace MigrationFunctions.Core.Tests.Copying;

/// <summary>In steady state a row of fixed-width columns costs no memory at all: nothing is boxed, no array is made, and
/// the digest is taken of the bytes where they are.</summary>
public sealed class AllocationTests
{
    const int Rows = 100_000;
    static readonly DateTime Noon = new DateTime(2014, 3, 11, 12, 8, 7).AddTicks(1_234_567);

    static readonly EntityManifest Reading = new()
    {
        Name = "reading",
        Source = new() { Table = "dbo.Reading", Tenant = "DistrictID", Key = ["ID"] },
        Target = new() { Table = "school.reading" },
        Ids = IdScheme.V8,
        Columns =
        [
            Map("SchoolID", "school_id") with { Reference = "school" }, Map("Number", "number"), Map("Year", "year"),
            Map("Level", "level"), Map("Flag", "flag"), Map("Day", "day"),
            Map("At", "at") with { TimeZone = "America/Chicago" }, Map("At", "at_local"),
            Map("Changed", "changed") with { TimeZone = "America/Chicago" }, Map("Stamp", "stamp"),
            Map("Credits", "credits"), Map("Ratio", "ratio"), Map("Guid", "guid"), Map("Missing", "missing"),
        ],
    };

    static readonly SourceTable From = new(
        "dbo.Reading",
        [
            Source(SqlDbType.BigInt, "ID", isNullable: false), Source(SqlDbType.Int, "DistrictID"),
            Source(SqlDbType.Int, "SchoolID"), Source(SqlDbType.Int, "Number"), Source(SqlDbType.SmallInt, "Year"),
            Source(SqlDbType.TinyInt, "Level"), Source(SqlDbType.Bit, "Flag"), Source(SqlDbType.Date, "Day"),
            Source(SqlDbType.DateTime2, "At", scale: 7), Source(SqlDbType.DateTime, "Changed"),
            Source(SqlDbType.DateTimeOffset, "Stamp", scale: 7), Source(SqlDbType.Float, "Credits"),
            Source(SqlDbType.Real, "Ratio"), Source(SqlDbType.UniqueIdentifier, "Guid"), Source(SqlDbType.Int, "Missing"),
        ],
        []);

    static readonly TargetTable To = Table(
        "school.reading",
        Target("uuid", "tenant_id", isNotNull: true), Target("uuid", "id", isNotNull: true),
        Target("int8", "legacy_id", isNotNull: true), Target("uuid", "school_id"), Target("int4", "number"),
        Target("int2", "year"), Target("int2", "level"), Target("bool", "flag"), Target("date", "day"),
        Target("timestamptz", "at"), Target("timestamp", "at_local"), Target("timestamptz", "changed"),
        Target("timestamptz", "stamp"), Target("float8", "credits"), Target("float4", "ratio"), Target("uuid", "guid"),
        Target("int4", "missing"));

    [Fact]
    public void A_row_of_fixed_width_columns_is_encoded_and_digested_without_a_byte_of_memory()
    {
        var result = EntityLayout.Create(ManifestOf(Reading, School), Reading, From, To);
        Assert.True(result.Layout is not null, string.Join('\n', result.Problems));
        var encoder = new RowEncoder(result.Layout, District, Namespace);
        using var buffer = new TupleBuffer();
        var digest = new BatchDigest();
        var (row, cells) = Row(result.Layout.SelectColumns);

        Assert.Equal(0, Allocations.LeastOf(Encode));
        Assert.NotEqual(new BatchDigest().Value, digest.Value);

        void Encode()
        {
            for (var i = 0; i < Rows; i++)
            {
                cells.Key.Value = i;
                cells.At.Value = Noon.AddDays(i % 3_650);
                if (encoder.Encode(row, buffer) != RowOutcome.Written)
                    throw new InvalidOperationException(encoder.Reason?.Message);
                digest.Add(buffer.LastRow);
                if (buffer.Length > 60_000)
                    buffer.Reset();
            }
        }
    }

    static (TypedRow Row, (TypedRow.Cell<long> Key, TypedRow.Cell<DateTime> At) Cells) Row(IReadOnlyList<string> columns)
    {
        var key = TypedRow.Of(1L);
        var at = TypedRow.Of(Noon);
        var cells = new Dictionary<string, TypedRow.Cell>
        {
            ["ID"] = key, ["SchoolID"] = TypedRow.Of(5), ["Number"] = TypedRow.Of(-7), ["Year"] = TypedRow.Of((short)2024),
            ["Level"] = TypedRow.Of((byte)9), ["Flag"] = TypedRow.Of(true), ["Day"] = TypedRow.Of(new DateTime(2010, 5, 6)),
            ["At"] = at, ["Changed"] = TypedRow.Of(new DateTime(2020, 1, 1, 12, 0, 0)),
            ["Stamp"] = TypedRow.Of(new DateTimeOffset(2020, 1, 1, 12, 0, 0, TimeSpan.FromHours(-5))),
            ["Credits"] = TypedRow.Of(0.25), ["Ratio"] = TypedRow.Of(0.5f), ["Guid"] = TypedRow.Of(Guid.NewGuid()),
            ["Missing"] = TypedRow.Null(),
        };
        return (new TypedRow([.. columns.Select(c => cells[c])]), (key, at));
    }
}
