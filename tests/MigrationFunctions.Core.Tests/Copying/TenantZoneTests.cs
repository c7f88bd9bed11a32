using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Mapping;
using static MigrationFunctions.Core.Tests.Mapping.SampleEntity;

namespace MigrationFunctions.Core.Tests.Copying;

/// <summary>Local times in each tenant's own zone: one layout, an encoder for each tenant.</summary>
public sealed class TenantZoneTests : IDisposable
{
    static readonly EntityLayout Layout = LayoutOf("1990-01-01");
    static readonly DateTime Noon = new(2024, 7, 1, 12, 0, 0);
    readonly TupleBuffer _buffer = new();

    public void Dispose() => _buffer.Dispose();

    [Theory]
    [InlineData("America/New_York", 16)]
    [InlineData("America/Phoenix", 19)]
    [InlineData("Asia/Kathmandu", 6)]
    [InlineData("Pacific Standard Time", 19)]
    [InlineData("UTC", 12)]
    public void The_same_local_time_is_another_instant_in_another_district(string zone, int hour)
    {
        var row = Row(TypedRow.Of(Noon));
        Assert.Equal(RowOutcome.Written, Encoder(zone).Encode(row, _buffer));
        Assert.Equal(Noon.Date.AddHours(hour).AddMinutes(zone == "Asia/Kathmandu" ? 15 : 0), Written());
        // The layout is shared: what one tenant's encoder was bound to does not show in another's.
        Encoder("America/Chicago").Encode(row, _buffer);
        Assert.Equal(Noon.Date.AddHours(17), Written());
    }

    [Fact]
    public void A_sentinel_comes_before_the_zone()
    {
        Encoder("America/Chicago").Encode(Row(TypedRow.Of(new DateTime(1990, 1, 1))), _buffer);
        Assert.Null(PgCopyDecoder.Fields(_buffer.LastRow)[4]);
    }

    [Theory]
    [InlineData(null, "none")]
    [InlineData("", "none")]
    [InlineData("Mars/Olympus", "'Mars/Olympus'")]
    [InlineData("../../../etc/localtime", "'../../../etc/localtime'")]
    public void A_tenant_without_a_known_zone_is_refused_by_name(string? zone, string shown)
    {
        var problem = Assert.Throws<MigrationException>(() => Encoder(zone)).Problem;
        Assert.Equal(ErrorCodes.TenantZoneUnknown, problem.Code);
        Assert.Contains($"tenant 17 ({shown})", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_in_the_tenants_zone_are_encoded_without_allocating()
    {
        var encoder = Encoder("America/Chicago");
        var time = TypedRow.Of(Noon);
        var row = Row(time);
        Assert.Equal(0, Allocations.LeastOf(() => Encode(20_000)));

        void Encode(int rows)
        {
            for (var i = 0; i < rows; i++)
            {
                if (i % 500 == 0)
                    _buffer.Reset();
                // Every tenth is a time that occurs twice, and is counted as such.
                time.Value = i % 10 == 0 ? new DateTime(2024, 11, 3, 1, 30, 0) : Noon;
                if (encoder.Encode(row, _buffer) != RowOutcome.Written)
                    throw new InvalidOperationException(encoder.Reason?.Message);
            }
        }
    }

    DateTime Written() => PgCopyDecoder.Timestamp(PgCopyDecoder.Fields(_buffer.LastRow)[4]);

    static RowEncoder Encoder(string? zone) => new(Layout, District with { TimeZone = zone }, Namespace);

    static TypedRow Row(TypedRow.Cell time) => new(TypedRow.Of(4711L), TypedRow.Of(5), time);

    static EntityLayout LayoutOf(string sentinel)
    {
        var entity = Student with
        {
            Columns =
            [
                Map("SchoolID", "school_id") with { Reference = "school" },
                Map("CreatedAt", "created_at") with { TimeZone = "tenant", NullIf = [sentinel] },
            ],
            Filters = [],
            Source = Student.Source with
            {
                Ignore = [.. StudentSource.Columns.Select(c => c.Name)
                    .Except(["DistrictID", "StudentID", "SchoolID", "CreatedAt"])],
            },
        };
        var target = StudentTarget with
        {
            Columns =
                [.. StudentTarget.Columns.Where(c => !c.IsNotNull || c.Name is "tenant_id" or "id" or "legacy_id")],
        };
        return EntityLayout.Create(ManifestOf(entity, School), entity, StudentSource, target).Layout!;
    }
}
