using System.Data;
using System.Data.SqlTypes;
using static MigrationFunctions.Core.Tests.Copying.Columns;

namespace MigrationFunctions.Core.Tests.Copying;

/// <summary>Bytes that PostgreSQL itself sends for the same values, as its own send functions (date_send, numeric_send
/// ...) gave them.</summary>
public sealed class EncoderAnswerTests
{
    [Theory]
    [InlineData(true, "bool", "01")]
    [InlineData(false, "bool", "00")]
    [InlineData(true, "int2", "0001")]
    [InlineData(false, "int4", "00000000")]
    public void Bit_becomes_a_boolean_or_a_number(bool value, string target, string bytes) =>
        Assert.Equal(bytes, Hex(EncodeGood(Source(SqlDbType.Bit), Target(target), TypedRow.Of(value))));

    [Theory]
    [InlineData(-2L, "int2", "fffe")]
    [InlineData(-2L, "int4", "fffffffe")]
    [InlineData(-2L, "int8", "fffffffffffffffe")]
    [InlineData(long.MinValue, "int8", "8000000000000000")]
    [InlineData(-10050L, "text", "2d3130303530")]
    [InlineData(0L, "numeric", "0000000000000000")]
    [InlineData(10000L, "numeric", "00010001000000000001")]
    [InlineData(-12345678L, "numeric", "000200014000000004d2162e")]
    [InlineData(long.MinValue, "numeric", "0005000440000000039a0d2c0170156516b0")]
    public void Integers_become_integers_numerics_and_digits(long value, string target, string bytes) =>
        Assert.Equal(bytes, Hex(EncodeGood(Source(SqlDbType.BigInt), Target(target), TypedRow.Of(value))));

    [Theory]
    [InlineData("0", 0, 0, "0000000000000002")]
    [InlineData("0.00", 10, 2, "0000000000000002")]
    [InlineData("1.5", 10, 2, "00020000000000020001" + "1388")]
    [InlineData("-0.01", 10, 2, "0001ffff40000002" + "0064")]
    [InlineData("0.0001", 10, 4, "0001ffff00000004" + "0001")]
    [InlineData("0.00001", 10, 5, "0001fffe00000005" + "03e8")]
    [InlineData("12345.6789", 12, 6, "0003000100000006" + "0001" + "0929" + "1a85")]
    [InlineData("10000", 8, 0, "0001000100000000" + "0001")]
    public void Decimals_have_the_scale_of_the_column(string value, int precision, int scale, string bytes)
    {
        var number = decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
        var source = Source(SqlDbType.Decimal, precision: 18, scale: precision == 0 ? 2 : 6);
        var target = Target("numeric", precision: precision, scale: scale);
        Assert.Equal(bytes, Hex(EncodeGood(source, target, TypedRow.Of(number))));
    }

    [Fact]
    public void The_widest_decimal_keeps_all_of_its_digits()
    {
        var value = SqlDecimal.Parse("-99999999999999999999999999999999999.999");
        var source = Source(SqlDbType.Decimal, precision: 38, scale: 3);
        var field = EncodeGood(source, Target("numeric"), TypedRow.Of(value));
        Assert.Equal("-99999999999999999999999999999999999.999", PgCopyDecoder.Numeric(field));
        Assert.Equal("000a000840000003" + "03e7" + string.Concat(Enumerable.Repeat("270f", 8)) + "2706", Hex(field));
    }

    [Theory]
    [InlineData(0.0, "0000000000000000")]
    [InlineData(-0.0, "8000000000000000")]
    [InlineData(1.0, "3ff0000000000000")]
    public void Floats_keep_every_bit(double value, string bytes) =>
        Assert.Equal(bytes, Hex(EncodeGood(Source(SqlDbType.Float), Target("float8"), TypedRow.Of(value))));

    [Theory]
    [InlineData(-0.0f, "float4", "80000000")]
    [InlineData(0.1f, "float4", "3dcccccd")]
    [InlineData(0.1f, "float8", "3fb99999a0000000")]
    public void Reals_keep_every_bit(float value, string target, string bytes) =>
        Assert.Equal(bytes, Hex(EncodeGood(Source(SqlDbType.Real), Target(target), TypedRow.Of(value))));

    [Theory]
    [InlineData("2000-01-01", "00000000")]
    [InlineData("1999-12-31", "ffffffff")]
    [InlineData("0001-01-01", "fff4dbf9")]
    [InlineData("9999-12-31", "002c95d3")]
    public void Dates_are_days_and_sentinels_are_not_infinite(string date, string bytes) =>
        Assert.Equal(bytes, Hex(EncodeGood(Source(SqlDbType.Date), Target("date"), TypedRow.Of(Time(date)))));

    [Theory]
    [InlineData("2000-01-01T00:00:00", "0000000000000000")]
    [InlineData("1999-12-31T23:59:59.9999999", "ffffffffffffffff")]
    [InlineData("2000-01-01T00:00:00.0000019", "0000000000000001")]
    [InlineData("0001-01-01T00:00:00", "ff1fe2ffc59c6000")]
    [InlineData("9999-12-31T23:59:59.9999999", "0380e70b913b7fff")]
    public void Timestamps_are_microseconds_cut_off_toward_the_past(string time, string bytes) =>
        Assert.Equal(bytes, Hex(EncodeGood(Source(SqlDbType.DateTime2), Target("timestamp"), TypedRow.Of(Time(time)))));

    [Fact]
    public void Offsets_become_instants()
    {
        var value = new DateTimeOffset(2000, 1, 1, 5, 30, 0, TimeSpan.FromHours(5.5));
        var source = Source(SqlDbType.DateTimeOffset);
        Assert.Equal("0000000000000000", Hex(EncodeGood(source, Target("timestamptz"), TypedRow.Of(value))));
    }

    [Fact]
    public void The_last_moment_of_a_day_stays_in_its_day()
    {
        var value = TimeSpan.FromTicks(TimeSpan.TicksPerDay - 1);
        var source = Source(SqlDbType.Time);
        Assert.Equal("000000141dd75fff", Hex(EncodeGood(source, Target("time"), TypedRow.Of(value))));
        Assert.Equal("000000141dc81dc0", Hex(EncodeGood(source, Target("time", scale: 0), TypedRow.Of(value))));
    }

    [Fact]
    public void A_uniqueidentifier_is_sent_as_it_is_printed()
    {
        var id = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        var source = Source(SqlDbType.UniqueIdentifier);
        Assert.Equal("00112233445566778899aabbccddeeff", Hex(EncodeGood(source, Target("uuid"), TypedRow.Of(id))));
        var text = EncodeGood(source, Target("varchar", length: 36), TypedRow.Of(id));
        Assert.Equal(id.ToString("D"), PgCopyDecoder.Text(text));
    }

    [Fact]
    public void Bytes_are_bytes()
    {
        byte[] value = [0, 1, 0xFF];
        var target = Target("bytea");
        Assert.Equal("0001ff", Hex(EncodeGood(Source(SqlDbType.VarBinary, length: -1), target, TypedRow.Of(value))));
        Assert.Equal("", Hex(EncodeGood(Source(SqlDbType.Timestamp), target, TypedRow.Of(Array.Empty<byte>()))));
    }

    [Fact]
    public void Null_stays_null_and_empty_stays_empty()
    {
        var source = Source(SqlDbType.NVarChar, length: 10);
        Assert.Equal("NULL", Hex(EncodeGood(source, Target("text"), TypedRow.Null())));
        Assert.Equal("", Hex(EncodeGood(source, Target("text"), TypedRow.Of(""))));
    }

    static DateTime Time(string text) => DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
