using System.Data;
using System.Data.SqlTypes;
using System.Numerics;
using CsCheck;
using MigrationFunctions.Core.Encoders;
using static MigrationFunctions.Core.Tests.Copying.Columns;

namespace MigrationFunctions.Core.Tests.Copying;

/// <summary>Random values come back from an independent decoder. A failure prints the seed that repeats it.</summary>
public sealed class RoundTripTests
{
    static readonly Gen<(string Digits, int Scale)> Decimals =
        Gen.Select(Gen.Char['0', '9'].Array[1, 38], Gen.Int[0, 38], Gen.Bool).Select((digits, scale, negative) =>
        {
            var s = Math.Min(scale, digits.Length);
            return ((negative ? "-" : "") + new string(digits), s);
        });

    [Fact]
    public void Decimals_of_any_width_come_back() => Decimals.Sample(value =>
    {
        var whole = BigInteger.Parse(value.Digits, System.Globalization.CultureInfo.InvariantCulture);
        var text = PointAt(whole, value.Scale);
        var number = SqlDecimal.ConvertToPrecScale(SqlDecimal.Parse(text), 38, value.Scale);
        var source = Source(SqlDbType.Decimal, precision: 38, scale: value.Scale);
        Assert.Equal(text, PgCopyDecoder.Numeric(EncodeGood(source, Target("numeric"), TypedRow.Of(number))));
        var constrained = Target("numeric", precision: 80, scale: value.Scale + 5);
        var padded = value.Scale == 0 ? text + ".00000" : text + "00000";
        Assert.Equal(padded, PgCopyDecoder.Numeric(EncodeGood(source, constrained, TypedRow.Of(number))));
    });

    [Fact]
    public void Both_ways_to_read_a_decimal_give_the_same_bytes() =>
        Gen.Select(Gen.Long, Gen.Int[0, 18]).Sample((unscaled, scale) =>
        {
            var text = PointAt(unscaled, scale);
            var narrow = decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
            var target = Target("numeric");
            var left = EncodeGood(Source(SqlDbType.Decimal, precision: 19, scale: scale), target, TypedRow.Of(narrow));
            var right = EncodeGood(
                Source(SqlDbType.Decimal, precision: 38, scale: scale), target, TypedRow.Of(SqlDecimal.Parse(text)));
            Assert.Equal(left, right);
        });

    [Fact]
    public void Timestamps_come_back_cut_to_microseconds() =>
        Gen.Long[0, DateTime.MaxValue.Ticks].Sample(ticks =>
        {
            var field = EncodeGood(Source(SqlDbType.DateTime2), Target("timestamp"), TypedRow.Of(new DateTime(ticks)));
            Assert.Equal(new DateTime(ticks - (ticks % 10)), PgCopyDecoder.Timestamp(field));
        });

    [Fact]
    public void Offsets_come_back_as_the_same_instant() =>
        Gen.Select(Gen.Long[TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay], Gen.Int[-840, 840])
            .Sample((ticks, minutes) =>
            {
                var value = new DateTimeOffset(ticks, TimeSpan.FromMinutes(minutes));
                var field = EncodeGood(Source(SqlDbType.DateTimeOffset), Target("timestamptz"), TypedRow.Of(value));
                Assert.Equal(new DateTime(value.UtcTicks - (value.UtcTicks % 10)), PgCopyDecoder.Timestamp(field));
            });

    [Fact]
    public void Text_that_is_well_formed_comes_back_and_other_text_is_rejected() =>
        Gen.Char.Array[0, 40].Select(c => new string(c)).Sample(text =>
        {
            var (bytes, rule) = Encode(Source(SqlDbType.NVarChar), Target("text"), TypedRow.Of(text));
            if (bytes is not null)
                Assert.Equal(text, PgCopyDecoder.Text(bytes));
            else
                Assert.Equal(text.Contains('\0') ? RejectRules.NulCharacter : RejectRules.LoneSurrogate, rule);
            var isGood = !text.Contains('\0') && !text.EnumerateRunes().Any(r => r == System.Text.Rune.ReplacementChar);
            Assert.True(!isGood || bytes is not null, "Good text was rejected.");
        });

    [Fact]
    public void Doubles_come_back_bit_for_bit() => Gen.Double.Sample(value =>
    {
        var field = EncodeGood(Source(SqlDbType.Float), Target("float8"), TypedRow.Of(value));
        Assert.Equal(
            BitConverter.DoubleToInt64Bits(value), System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(field));
    });

    static string PointAt(BigInteger unscaled, int scale)
    {
        var digits = BigInteger.Abs(unscaled).ToString(System.Globalization.CultureInfo.InvariantCulture)
            .PadLeft(scale + 1, '0');
        return (unscaled.Sign < 0 ? "-" : "") + (scale == 0 ? digits : $"{digits[..^scale]}.{digits[^scale..]}");
    }
}
