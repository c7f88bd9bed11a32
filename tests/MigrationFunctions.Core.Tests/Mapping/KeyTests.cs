using System.Data;
using System.Data.SqlTypes;
using System.Globalization;
using CsCheck;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Tests.Copying;
using static MigrationFunctions.Core.Tests.Copying.Columns;

namespace MigrationFunctions.Core.Tests.Mapping;

public sealed class KeyTests
{
    static readonly SourceColumn Text = Source(SqlDbType.NVarChar, length: 50);

    public static TheoryData<SqlDbType, object, string> KeyTexts => new()
    {
        { SqlDbType.TinyInt, (byte)255, "255" },
        { SqlDbType.SmallInt, (short)-1, "-1" },
        { SqlDbType.Int, 0, "0" },
        { SqlDbType.BigInt, long.MinValue, "-9223372036854775808" },
        { SqlDbType.Bit, true, "1" },
        { SqlDbType.Money, -1.5000m, "-1.5" },
        { SqlDbType.Decimal, 100.000m, "100" },
        { SqlDbType.Decimal, 0.00m, "0" },
        { SqlDbType.Decimal, -0.010m, "-0.01" },
        {
            SqlDbType.UniqueIdentifier, new Guid("AABBCCDD-0011-2233-4455-66778899AABB"),
            "aabbccdd-0011-2233-4455-66778899aabb"
        },
        { SqlDbType.NVarChar, " A|\\b  ", " A|\\b" },
        { SqlDbType.Date, new DateTime(2020, 2, 29), "2020-02-29" },
        { SqlDbType.DateTime, new DateTime(2020, 2, 29, 1, 2, 3, 7), "2020-02-29T01:02:03.0070000" },
        { SqlDbType.DateTime2, new DateTime(1), "0001-01-01T00:00:00.0000001" },
        {
            SqlDbType.DateTimeOffset, new DateTimeOffset(2020, 1, 1, 1, 0, 0, TimeSpan.FromHours(2)),
            "2019-12-31T23:00:00.0000000Z"
        },
        { SqlDbType.Time, new TimeSpan(23, 59, 59), "23:59:59.0000000" },
        { SqlDbType.VarBinary, new byte[] { 0, 255 }, "00ff" },
    };

    [Theory]
    [MemberData(nameof(KeyTexts))]
    public void A_key_has_one_invariant_text_that_reads_back_as_an_equal_key(SqlDbType type, object value, string text)
    {
        var column = Source(type, precision: 18, scale: 4);
        var row = new TypedRow(Cell(value));
        Assert.Equal(text, KeyText.Format(row, [0], [column]));
        Assert.True(KeyText.TryParse(text, [column], out var values));
        var again = values[0] is SqlDecimal number ? number.Value : values[0];
        Assert.Equal(text, KeyText.Format(new TypedRow(Cell(again)), [0], [column]));
    }

    [Fact]
    public void Wide_decimals_are_keys_without_zeros_at_the_end()
    {
        var column = Source(SqlDbType.Decimal, precision: 38, scale: 2);
        string Format(string text) => KeyText.Format(new TypedRow(TypedRow.Of(SqlDecimal.Parse(text))), [0], [column]);
        Assert.Equal("999999999999999999999999999999999999.9", Format("999999999999999999999999999999999999.90"));
        Assert.Equal("100", Format("100.00"));
    }

    [Fact]
    public void Composite_keys_never_share_a_text() =>
        Gen.Select(Gen.String[Gen.Char["|\\a "], 0, 4].Array[2], Gen.String[Gen.Char["|\\a "], 0, 4].Array[2])
            .Sample((left, right) =>
            {
                SourceColumn[] columns = [Text, Text];
                string Format(string[] parts) =>
                    KeyText.Format(new TypedRow([.. parts.Select(TypedRow.Of)]), [0, 1], columns);
                var isSame = left.Zip(right).All(p => p.First.TrimEnd(' ') == p.Second.TrimEnd(' '));
                Assert.Equal(isSame, Format(left) == Format(right));
                Assert.True(KeyText.TryParse(Format(left), columns, out var parsed));
                Assert.Equal(left.Select(p => p.TrimEnd(' ')), parsed.Cast<string>());
            });

    [Theory]
    [InlineData("12a")]
    [InlineData("1|2")]
    [InlineData("2147483648")]
    [InlineData(" 1")]
    [InlineData("")]
    public void Text_that_is_no_key_is_refused(string text) =>
        Assert.False(KeyText.TryParse(text, [Source(SqlDbType.Int)], out _));

    [Fact]
    public void A_boundary_is_a_json_array()
    {
        var id = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        Assert.Equal("[1,-9223372036854775808,true]", KeyBoundary.Write(1, long.MinValue, true));
        Assert.Equal($"[\"{id}\",\"a  \",\"00ff\"]", KeyBoundary.Write(id, "a  ", new byte[] { 0, 255 }));
        Assert.Equal("[\"1.50\"]", KeyBoundary.Write(1.50m));
    }

    [Fact]
    public void Boundaries_of_every_type_come_back_exactly()
    {
        var ticks = Gen.Long[0, DateTime.MaxValue.Ticks];
        RoundTrips(Source(SqlDbType.TinyInt), Gen.Byte);
        RoundTrips(Source(SqlDbType.SmallInt), Gen.Short);
        RoundTrips(Source(SqlDbType.Int), Gen.Int);
        RoundTrips(Source(SqlDbType.BigInt), Gen.Long);
        RoundTrips(Source(SqlDbType.Bit), Gen.Bool);
        RoundTrips(Source(SqlDbType.UniqueIdentifier), Gen.Guid);
        RoundTrips(Source(SqlDbType.Money), Gen.Long.Select(v => v / 10_000m));
        RoundTrips(Text, Gen.Char.Array[0, 20].Select(c => new string(c) + "  "));
        RoundTrips(Text, Gen.String[Gen.Char['\uD7F0', '\uE00F'], 0, 4]);
        RoundTrips(Source(SqlDbType.Date), ticks.Select(t => new DateTime(t).Date));
        RoundTrips(Source(SqlDbType.DateTime), Gen.Long[0, 300L * 86_400 * 3_000].Select(DateTimeOfTick));
        RoundTrips(Source(SqlDbType.DateTime2), ticks.Select(t => new DateTime(t)));
        RoundTrips(Source(SqlDbType.Time), Gen.Long[0, TimeSpan.TicksPerDay - 1].Select(TimeSpan.FromTicks));
        RoundTrips(Source(SqlDbType.Binary), Gen.Byte.Array[0, 40]);
        RoundTrips(Source(SqlDbType.Timestamp), Gen.Byte.Array[8]);
        RoundTrips(
            Source(SqlDbType.DateTimeOffset),
            Gen.Select(
                    Gen.Long[TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay], Gen.Int[-840, 840])
                .Select((t, m) => new DateTimeOffset(t, TimeSpan.FromMinutes(m))));
    }

    [Fact]
    public void Boundaries_of_the_widest_decimals_keep_digits_precision_and_scale()
    {
        var column = Source(SqlDbType.Decimal, precision: 38, scale: 10);
        string[] texts =
            ["9999999999999999999999999999.9999999999", "-0.0000000001", "0.0000000000", "12.5000000000"];
        foreach (var text in texts)
        {
            var value = SqlDecimal.ConvertToPrecScale(SqlDecimal.Parse(text), 38, 10);
            var back = Assert.IsType<SqlDecimal>(Assert.Single(KeyBoundary.Parse(KeyBoundary.Write(value), [column])));
            Assert.Equal((text, 38, 10), (back.ToString(), back.Precision, back.Scale));
        }
    }

    [Fact]
    public void A_boundary_is_read_off_a_row()
    {
        SourceColumn[] columns = [Source(SqlDbType.Int), Source(SqlDbType.Decimal, precision: 30, scale: 1), Text];
        var row = new TypedRow(TypedRow.Of("x "), TypedRow.Of(7), TypedRow.Of(SqlDecimal.Parse("2.5")));
        Assert.Equal("[7,\"2.5\",\"x \"]", KeyBoundary.Write(row, [1, 2, 0], columns));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[1,2]")]
    [InlineData("1")]
    [InlineData("[\"x\"]")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("[{\"utf16\":1}]")]
    [InlineData("[{\"utf16\":\"xyz\"}]")]
    [InlineData("[")]
    public void Text_that_is_no_boundary_is_refused(string text) =>
        Assert.Throws<FormatException>(() => KeyBoundary.Parse(text, [Source(SqlDbType.Int)]));

    static void RoundTrips<T>(SourceColumn column, Gen<T> values)
        where T : notnull => values.Sample(value =>
        {
            var back = Assert.Single(KeyBoundary.Parse(KeyBoundary.Write(value), [column]));
            Assert.Equal(value, Assert.IsType<T>(back));
            if (value is DateTimeOffset time)
                Assert.Equal(time.Offset, ((DateTimeOffset)back).Offset);
        });

    /// <summary>A datetime as SqlClient reads it: ticks of 1/300 s, shown in milliseconds.</summary>
    static DateTime DateTimeOfTick(long tick)
    {
        var (day, rest) = Math.DivRem(tick, 300L * 86_400);
        return new DateTime(1900, 1, 1).AddDays(day).AddMilliseconds(Math.Round(rest / 0.3));
    }

    static TypedRow.Cell Cell(object value) => value switch
    {
        byte v => TypedRow.Of(v),
        short v => TypedRow.Of(v),
        int v => TypedRow.Of(v),
        long v => TypedRow.Of(v),
        bool v => TypedRow.Of(v),
        decimal v => TypedRow.Of(v),
        Guid v => TypedRow.Of(v),
        string v => TypedRow.Of(v),
        DateTime v => TypedRow.Of(v),
        DateTimeOffset v => TypedRow.Of(v),
        TimeSpan v => TypedRow.Of(v),
        byte[] v => TypedRow.Of(v),
        _ => throw new ArgumentException(string.Format(CultureInfo.InvariantCulture, "{0}", value), nameof(value)),
    };
}
