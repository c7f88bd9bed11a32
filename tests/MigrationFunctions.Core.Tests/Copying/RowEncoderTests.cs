using System.Data;
using System.Data.Common;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using static MigrationFunctions.Core.Tests.Copying.Columns;
using static MigrationFunctions.Core.Tests.Mapping.SampleEntity;

namespace MigrationFunctions.Core.Tests.Copying;

public sealed class RowEncoderTests : IDisposable
{
    static readonly EntityLayout Layout =
        EntityLayout.Create(ManifestOf(Student, School), Student, StudentSource, StudentTarget).Layout!;

    readonly TupleBuffer _buffer = new();
    readonly RowEncoder _encoder = new(Layout, District, Namespace);

    public void Dispose() => _buffer.Dispose();

    [Fact]
    public void A_row_is_written_with_tenant_id_and_legacy_id_in_front()
    {
        Assert.Equal(RowOutcome.Written, _encoder.Encode(Row(), _buffer));
        var fields = PgCopyDecoder.Fields(_buffer.LastRow);
        Assert.Equal(12, fields.Count);
        Assert.Equal(District.Id, new Guid(fields[0]!, bigEndian: true));
        Assert.Equal(DeterministicId.V8(Namespace, "17", "student", 4711), new Guid(fields[1]!, bigEndian: true));
        Assert.Equal(_encoder.Id, new Guid(fields[1]!, bigEndian: true));
        Assert.Equal("0000000000001267", Hex(fields[2]));
        Assert.Equal("Ada", PgCopyDecoder.Text(fields[3]));
        Assert.Equal(DeterministicId.V5(Namespace, "17", "school", "5"), new Guid(fields[4]!, bigEndian: true));
        Assert.Equal(DeterministicId.V5(Namespace, "17", "school", "5"), _encoder.ParentIds[0]);
        Assert.Equal("3.950", PgCopyDecoder.Numeric(fields[6]));
        Assert.Equal("-12.5000", PgCopyDecoder.Numeric(fields[7]));
        Assert.Equal(new DateTime(2020, 1, 1, 18, 0, 0), PgCopyDecoder.Timestamp(fields[9]));
        Assert.Null(fields[11]);
        Assert.Equal("4711", _encoder.LegacyKey(Row()));
        Assert.Null(_encoder.Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(null)]
    public void A_reference_without_parent_is_null(int? school)
    {
        _encoder.Encode(Row(), _buffer);
        Assert.Equal(RowOutcome.Written, _encoder.Encode(Row(school: school), _buffer));
        Assert.Null(_encoder.ParentIds[0]);
        Assert.Null(PgCopyDecoder.Fields(_buffer.LastRow)[4]);
    }

    [Fact]
    public void Rows_that_are_rejected_or_filtered_leave_no_byte()
    {
        Assert.Equal(RowOutcome.Rejected, _encoder.Encode(Row(name: "A\0"), _buffer));
        Assert.Equal(("Name", RejectRules.NulCharacter), (_encoder.Reason!.Column, _encoder.Reason.Rule));
        Assert.Equal(RowOutcome.Filtered, _encoder.Encode(Row(isTest: true), _buffer));
        Assert.Equal((null, "testStudents"), (_encoder.Reason, _encoder.FilterName));
        Assert.Equal(RowOutcome.Filtered, _encoder.Encode(Row(name: "?"), _buffer));
        Assert.Equal("noName", _encoder.FilterName);
        Assert.Equal((0, 0), (_buffer.RowCount, _buffer.Length));
        Assert.Equal(RowOutcome.Written, _encoder.Encode(Row(), _buffer));
        Assert.Equal((null, null), (_encoder.Reason, _encoder.FilterName));
        Assert.Equal(_buffer.LastRow.ToArray(), _buffer.WrittenSpan.ToArray());
    }

    [Fact]
    public void The_same_row_has_the_same_bytes_in_every_batch()
    {
        _encoder.Encode(Row(), _buffer);
        var first = _buffer.LastRow.ToArray();
        new RowEncoder(Layout, District, Namespace).Encode(Row(), _buffer);
        Assert.Equal(first, _buffer.LastRow.ToArray());
        new RowEncoder(Layout, District with { Key = "18" }, Namespace).Encode(Row(), _buffer);
        Assert.NotEqual(first, _buffer.LastRow.ToArray());
    }

    [Fact]
    public void Every_parent_has_its_own_id_however_often_it_returns()
    {
        for (var i = -600; i < 1_200; i++)
        {
            var school = (i * 7919) % 600;
            _encoder.Encode(Row(school: school), _buffer);
            var key = school.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(
                school == 0 ? null : DeterministicId.V5(Namespace, "17", "school", key), _encoder.ParentIds[0]);
        }
    }

    [Fact]
    public void Composite_keys_become_text()
    {
        var layout = RoomLayout();
        var encoder = new RowEncoder(layout, District, Namespace);
        var row = new TypedRow(TypedRow.Of("A|1 "), TypedRow.Of(7));
        Assert.Equal(RowOutcome.Written, encoder.Encode(row, _buffer));
        Assert.Equal("A\\|1|7", encoder.LegacyKey(row));
        Assert.Equal("A\\|1|7", PgCopyDecoder.Text(PgCopyDecoder.Fields(_buffer.LastRow)[2]));
        Assert.Equal(DeterministicId.V5(Namespace, "17", "room", "A\\|1|7"), encoder.Id);
        Assert.Equal(RowOutcome.Rejected, encoder.Encode(new TypedRow(TypedRow.Of("A\0"), TypedRow.Of(7)), _buffer));
        Assert.Equal(RejectRules.NulCharacter, encoder.Reason!.Rule);
        Assert.Equal(RowOutcome.Rejected, encoder.Encode(new TypedRow(TypedRow.Of("\uD800"), TypedRow.Of(7)), _buffer));
        Assert.Equal(RejectRules.LoneSurrogate, encoder.Reason!.Rule);
        var tooLong = new TypedRow(TypedRow.Of("123456789"), TypedRow.Of(7));
        Assert.Equal(RowOutcome.Rejected, encoder.Encode(tooLong, _buffer));
        Assert.Equal(RejectRules.TooLong, encoder.Reason!.Rule);
        Assert.Equal(RowOutcome.Rejected, encoder.Encode(new TypedRow(TypedRow.Null(), TypedRow.Of(7)), _buffer));
        Assert.Equal(RejectRules.NotNull, encoder.Reason!.Rule);
        Assert.Equal("NULL|7", encoder.LegacyKey(new TypedRow(TypedRow.Null(), TypedRow.Of(7))));
    }

    [Fact]
    public void Rows_of_fixed_width_are_encoded_without_allocating()
    {
        var entity = Student with
        {
            Columns = [.. Student.Columns.Where(c => c.Source != "Name")],
            Filters = [Student.Filters[0]],
            Source = Student.Source with { Ignore = ["RowVer", "IsTest", "Name"] },
        };
        var target = StudentTarget with { Columns = [.. StudentTarget.Columns.Where(c => c.Name != "name")] };
        var layout = EntityLayout.Create(ManifestOf(entity, School), entity, StudentSource, target).Layout!;
        var encoder = new RowEncoder(layout, District, Namespace);
        var key = TypedRow.Of(0L);
        var row = new TypedRow(
            key, TypedRow.Of(5), TypedRow.Of(new DateTime(2010, 5, 6)), TypedRow.Of(3.95m), TypedRow.Of(-12.5m),
            TypedRow.Of(false), TypedRow.Of(new DateTime(2020, 1, 1)), TypedRow.Of(Guid.Empty), TypedRow.Of(1.5),
            TypedRow.Of(false));
        Assert.Equal(0, Allocations.LeastOf(() => Encode(20_000)));

        void Encode(int rows)
        {
            _buffer.Reset();
            for (var i = 0; i < rows; i++)
            {
                key.Value = i;
                if (encoder.Encode(row, _buffer) != RowOutcome.Written)
                    throw new InvalidOperationException(encoder.Reason?.Message);
                if (_buffer.Length > 60_000)
                    _buffer.Reset();
            }
        }
    }

    [Fact]
    public void Filters_leave_rows_by_value_prefix_and_null()
    {
        var column = Source(SqlDbType.Char, length: 4);
        bool Matches(FilterRule rule, TypedRow.Cell cell) =>
            FilterPredicate.Create(rule, column, 0).Predicate!.Matches(new TypedRow(cell));
        var rule = new FilterRule { Name = "r", Column = "Value" };
        Assert.True(Matches(rule with { In = [Json("\"X\""), Json("\"Y \"")] }, TypedRow.Of("Y   ")));
        Assert.False(Matches(rule with { In = [Json("\"X\"")] }, TypedRow.Of("x   ")));
        Assert.False(Matches(rule with { EqualTo = Json("\"X\"") }, TypedRow.Null()));
        Assert.True(Matches(rule with { StartsWith = "TE" }, TypedRow.Of("TEST")));
        Assert.False(Matches(rule with { StartsWith = "TE" }, TypedRow.Of("te")));
        Assert.True(Matches(rule with { IsNull = true }, TypedRow.Null()));
        Assert.False(Matches(rule with { IsNull = true }, TypedRow.Of("")));
        Assert.True(Matches(rule with { IsNull = false }, TypedRow.Of("")));
        Assert.False(Matches(rule with { IsNull = false }, TypedRow.Null()));
    }

    [Fact]
    public void A_data_tables_reader_serves_as_a_source_too()
    {
        using var table = new DataTable();
        foreach (var (name, type) in new[] { ("RoomCode", typeof(string)), ("Floor", typeof(int)) })
            table.Columns.Add(name, type);
        table.Rows.Add("B2", 1);
        using DbDataReader reader = table.CreateDataReader();
        Assert.True(reader.Read());
        var layout = RoomLayout();
        Assert.Equal(RowOutcome.Written, new RowEncoder(layout, District, Namespace).Encode(reader, _buffer));
    }

    static EntityLayout RoomLayout()
    {
        var entity = new EntityManifest
        {
            Name = "room",
            Source = new() { Table = "dbo.Room", Tenant = "T", Key = ["RoomCode", "Floor"] },
            Target = new() { Table = "room" },
            Columns = [],
        };
        SourceColumn[] columns =
        [
            Source(SqlDbType.NVarChar, "RoomCode", 10, isNullable: false),
            Source(SqlDbType.Int, "Floor", isNullable: false),
            Source(SqlDbType.Int, "T"),
        ];
        var target = Table(
            "room", Target("uuid", "tenant_id"), Target("uuid", "id"),
            Target("varchar", "legacy_id", 8, isNotNull: true));
        return EntityLayout.Create(ManifestOf(entity), entity, new("dbo.Room", columns, []), target).Layout!;
    }

    static TypedRow Row(string name = "Ada", int? school = 5, bool isTest = false) => new(
        TypedRow.Of(4711L), TypedRow.Of(name), school is { } s ? TypedRow.Of(s) : TypedRow.Null(),
        TypedRow.Of(new DateTime(2010, 5, 6)), TypedRow.Of(3.95m), TypedRow.Of(-12.5m), TypedRow.Of(false),
        TypedRow.Of(new DateTime(2020, 1, 1, 12, 0, 0)), TypedRow.Of(Guid.Empty), TypedRow.Null(), TypedRow.Of(isTest));
}
