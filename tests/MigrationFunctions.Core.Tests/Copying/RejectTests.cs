using System.Data;
using System.Data.SqlTypes;
using System.Globalization;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Manifests;
using static MigrationFunctions.Core.Tests.Copying.Columns;

namespace MigrationFunctions.Core.Tests.Copying;

public sealed class RejectTests
{
    [Theory]
    [InlineData(32767L, "int2", null)]
    [InlineData(32768L, "int2", RejectRules.OutOfRange)]
    [InlineData(-32769L, "int2", RejectRules.OutOfRange)]
    [InlineData(2147483648L, "int4", RejectRules.OutOfRange)]
    [InlineData(-2147483648L, "int4", null)]
    public void Integers_beyond_the_range_are_rejected(long value, string target, string? rule) =>
        Assert.Equal(rule, Encode(Source(SqlDbType.BigInt), Target(target), TypedRow.Of(value)).Rule);

    [Theory]
    [InlineData(999L, 3, null)]
    [InlineData(1000L, 3, RejectRules.TooLong)]
    [InlineData(-100L, 3, RejectRules.TooLong)]
    public void Digits_beyond_the_length_are_rejected(long value, int length, string? rule)
    {
        var target = Target("varchar", length: length);
        Assert.Equal(rule, Encode(Source(SqlDbType.BigInt), target, TypedRow.Of(value)).Rule);
    }

    [Theory]
    [InlineData("9.99", 3, 2, null)]
    [InlineData("10.00", 3, 2, RejectRules.OutOfRange)]
    [InlineData("-10.00", 3, 2, RejectRules.OutOfRange)]
    [InlineData("1.2300", 3, 2, null)]
    [InlineData("1.2301", 3, 2, RejectRules.PrecisionLoss)]
    [InlineData("0.0001", 3, 3, RejectRules.PrecisionLoss)]
    [InlineData("0.9999", 4, 4, null)]
    [InlineData("1.0000", 4, 4, RejectRules.OutOfRange)]
    [InlineData("0.0012", 2, 4, null)]
    [InlineData("0.0100", 2, 4, RejectRules.OutOfRange)]
    [InlineData("12300", 3, -2, null)]
    [InlineData("12301", 3, -2, RejectRules.PrecisionLoss)]
    [InlineData("100000", 3, -2, RejectRules.OutOfRange)]
    public void Decimals_are_never_rounded(string value, int precision, int scale, string? rule)
    {
        var number = decimal.Parse(value, CultureInfo.InvariantCulture);
        var target = Target("numeric", precision: precision, scale: scale);
        var narrow = Source(SqlDbType.Decimal, precision: 18, scale: 4);
        Assert.Equal(rule, Encode(narrow, target, TypedRow.Of(number)).Rule);
        var wide = Source(SqlDbType.Decimal, precision: 38, scale: 4);
        Assert.Equal(rule, Encode(wide, target, TypedRow.Of(SqlDecimal.Parse(value))).Rule);
    }

    [Fact]
    public void Money_keeps_four_digits()
    {
        var source = Source(SqlDbType.Money);
        Assert.Equal("-922337203685477.5808", PgCopyDecoder.Numeric(
            EncodeGood(source, Target("numeric"), TypedRow.Of(-922337203685477.5808m))));
        Assert.Equal(
            RejectRules.PrecisionLoss,
            Encode(source, Target("numeric", precision: 19, scale: 2), TypedRow.Of(0.0050m)).Rule);
    }

    [Fact]
    public void Null_is_rejected_where_the_target_is_not_null()
    {
        var target = Target("int4", isNotNull: true);
        Assert.Equal(RejectRules.NotNull, Encode(Source(SqlDbType.Int), target, TypedRow.Null()).Rule);
        var sentinel = NoPolicies with { NullIf = ["-1"] };
        Assert.Equal(RejectRules.NotNull, Encode(Source(SqlDbType.Int), target, TypedRow.Of(-1), sentinel).Rule);
    }

    [Fact]
    public void A_time_of_day_is_not_lost_in_a_date()
    {
        var source = Source(SqlDbType.DateTime);
        var midnight = new DateTime(2020, 2, 29);
        Assert.Equal(midnight, PgCopyDecoder.Date(EncodeGood(source, Target("date"), TypedRow.Of(midnight))));
        var later = TypedRow.Of(midnight.AddMilliseconds(3));
        Assert.Equal(RejectRules.TimeOfDayLost, Encode(source, Target("date"), later).Rule);
    }

    [Fact]
    public void Excess_digits_of_a_second_are_rejected_where_the_manifest_says_so()
    {
        var rejects = NoPolicies with { ExcessPrecision = ExcessPrecisionPolicy.Reject };
        var source = Source(SqlDbType.DateTime2, scale: 7);
        var exact = new DateTime(2020, 1, 1, 12, 0, 0).AddTicks(10);
        Assert.Null(Encode(source, Target("timestamp"), TypedRow.Of(exact), rejects).Rule);
        var tooFine = TypedRow.Of(exact.AddTicks(1));
        Assert.Equal(RejectRules.ExcessPrecision, Encode(source, Target("timestamp"), tooFine, rejects).Rule);
        var milliseconds = Target("timestamp", scale: 3);
        Assert.Equal(RejectRules.ExcessPrecision, Encode(source, milliseconds, TypedRow.Of(exact), rejects).Rule);
    }

    [Theory]
    [InlineData(SqlDbType.Date, "9999-12-31")]
    [InlineData(SqlDbType.DateTime, "9999-12-31")]
    [InlineData(SqlDbType.DateTime2, "9999-12-31T00:00:00.0000000")]
    public void Sentinels_become_null(SqlDbType type, string sentinel)
    {
        var policies = NoPolicies with { NullIf = [sentinel] };
        var source = Source(type);
        var target = Target("timestamp");
        Assert.Null(EncodeGood(source, target, TypedRow.Of(new DateTime(9999, 12, 31)), policies));
        Assert.NotNull(EncodeGood(source, target, TypedRow.Of(new DateTime(9999, 12, 30)), policies));
        Assert.Null(EncodeGood(source, target, TypedRow.Null(), policies));
    }

    [Fact]
    public void Sentinels_compare_by_value_not_by_text()
    {
        var number = NoPolicies with { NullIf = ["1.5"] };
        Assert.Null(EncodeGood(
            Source(SqlDbType.Decimal, precision: 10, scale: 3), Target("numeric"), TypedRow.Of(1.500m), number));
        var blank = NoPolicies with { NullIf = [""] };
        Assert.Null(EncodeGood(Source(SqlDbType.Char, length: 3), Target("text"), TypedRow.Of("   "), blank));
        var bytes = NoPolicies with { NullIf = ["0x00ff"] };
        Assert.Null(EncodeGood(Source(SqlDbType.VarBinary), Target("bytea"), TypedRow.Of<byte[]>([0, 255]), bytes));
    }
}
