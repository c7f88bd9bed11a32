using System.Data;
using System.Data.SqlTypes;
using CsCheck;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.PostgreSql.Tests.Support;

/// <summary>A source column, the target column that takes it, and values: ordinary ones, edges, and some that are
/// rejected.</summary>
sealed record TypePair(SourceColumn Source, string Target, ColumnManifest Policies, Gen<object?> Values);

/// <summary>Every pair of types that <c>ColumnEncoders</c> supports.</summary>
static class TypePairs
{
    static readonly ColumnManifest None = new() { Source = "", Target = "" };
    static readonly ColumnManifest Chicago = None with { TimeZone = "America/Chicago" };

    static readonly Gen<DateTime> Times = Gen.OneOf(
        Gen.DateTime, Gen.DateTime[new DateTime(1990, 1, 1), new DateTime(2040, 1, 1)],
        Gen.OneOf(DateTime.MinValue, new DateTime(2000, 1, 1), new DateTime(2024, 3, 10, 2, 30, 0), DateTime.MaxValue));

    static readonly Gen<DateTime> Days = Times.Select(t => t.Date);

    static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String[0, 12], Gen.String[Gen.Char[' ', '~'], 0, 12],
        Gen.OneOf("", "   ", "Zoë  ", "東京", "👩‍🏫 x", "نور", "a\0b", "\ud800", "İı", "line\r\nbreak"));

    static readonly Gen<double> Doubles = Gen.OneOf(
        Gen.Double.Where(double.IsFinite), Gen.OneOf(0d, -0d, double.Epsilon, double.MaxValue, 0.1, -1e-300));

    static readonly Gen<decimal> Money = Gen.Long.Select(v => new decimal(v) / 10_000m);

    static readonly Gen<string> Xml = Gen.OneOf(
        "<a>1</a>", "<a/><b/>", "plain", "<é>&lt;</é>", "<?xml version=\"1.0\"?><a/>", "<a x='1'> </a>");

    static readonly Dictionary<string, string> Renamed = new() { ["A"] = "active", ["B"] = "left" };

    public static IReadOnlyList<TypePair> All { get; } =
    [
        .. Each(Of(SqlDbType.Bit), Gen.Bool, None, "boolean", "smallint", "integer"),
        .. Each(Of(SqlDbType.TinyInt), Gen.Byte, None,
            "smallint", "integer", "bigint", "numeric(3, 0)", "numeric(2, 0)", "text", "varchar(3)"),
        .. Each(Of(
            SqlDbType.SmallInt), Gen.Short, None, "smallint", "integer", "bigint", "numeric", "text", "varchar(4)"),
        .. Each(Of(
            SqlDbType.Int), Gen.Int, None, "smallint", "integer", "bigint", "numeric(12, 2)", "varchar(6)", "text"),
        .. Each(Of(SqlDbType.BigInt), Gen.Long, None,
            "smallint", "integer", "bigint", "numeric(19, 0)", "numeric", "text", "varchar(20)"),
        .. Each(Legacy.Number("", 9, 3), Gen.Int[-999_999_999, 999_999_999].Select(v => v / 1000m), None,
            "numeric(9, 3)", "numeric", "numeric(12, 6)", "numeric(6, 1)", "public.score"),
        .. Each(Legacy.Number(
            "", 38, 10), Gen.UInt128.Select(Wide), None, "numeric(38, 10)", "numeric", "numeric(50, 20)"),
        .. Each(Of(SqlDbType.Money), Money, None, "numeric(19, 4)", "numeric"),
        .. Each(Of(SqlDbType.SmallMoney), Gen.Int.Select(v => v / 10_000m), None, "numeric(10, 4)", "numeric(8, 2)"),
        .. Each(Of(SqlDbType.Real), Gen.Single.Where(float.IsFinite), None, "real", "double precision"),
        .. Each(Of(SqlDbType.Float), Doubles, None, "double precision"),
        .. Each(Of(
            SqlDbType.UniqueIdentifier), Gen.Guid, None, "uuid", "text", "varchar(36)", "varchar(40)", "char(36)"),
        .. Each(Of(SqlDbType.Date), Days, None, "date", "timestamp"),
        .. Each(Of(SqlDbType.Date), Days, Chicago, "timestamptz"),
        .. Each(Of(SqlDbType.DateTime), Times, None, "timestamp", "timestamp(3)", "timestamp(0)", "date"),
        .. Each(Of(SqlDbType.DateTime), Times, Chicago, "timestamptz", "timestamptz(2)"),
        .. Each(Of(SqlDbType.SmallDateTime), Times, None, "timestamp", "date"),
        .. Each(Of(SqlDbType.SmallDateTime), Times, Chicago, "timestamptz"),
        .. Each(Of(SqlDbType.DateTime2, 0, 7), Times, None, "timestamp", "timestamp(6)", "timestamp(1)", "date"),
        .. Each(Of(SqlDbType.DateTime2, 0, 7), Times,
            None with { TimeZone = "UTC", ExcessPrecision = ExcessPrecisionPolicy.Reject }, "timestamptz"),
        .. Each(Of(SqlDbType.DateTimeOffset, 0, 7), Gen.DateTimeOffset, None, "timestamptz", "timestamptz(3)"),
        .. Each(Of(
            SqlDbType.Time, 0, 7), Gen.Long[0, TimeSpan.TicksPerDay - 1].Select(t => TimeSpan.FromTicks(t)), None,
            "time", "time(0)", "time(3)"),
        .. Each(Of(SqlDbType.Char, 12), Texts, None, "char(12)", "text", "varchar(12)", "char(4)", "public.citext"),
        .. Each(Of(SqlDbType.NChar, 12), Texts, None with { Trim = TrimPolicy.Both },
            "char(12)", "varchar(5)", "text", "public.citext"),
        .. Each(Of(SqlDbType.VarChar, 12), Texts, None with { NullIf = [""] },
            "text", "varchar(12)", "varchar", "char(3)", "public.citext"),
        .. Each(Of(SqlDbType.NVarChar, -1), Texts,
            None with { Nul = BadCharacterPolicy.Remove, LoneSurrogate = BadCharacterPolicy.Replace },
            "text", "varchar(9)", "char(20)", "public.citext"),
        .. Each(Of(SqlDbType.VarChar, 2), Gen.OneOf("A", "B", "A ", "?"), None with { Values = Renamed }, "text"),
        .. new[] { SqlDbType.Text, SqlDbType.NText }.SelectMany(type =>
            Each(Of(type), Texts, None, "text", "varchar(9)", "char(20)", "public.citext")),
        .. Each(Of(SqlDbType.Xml), Xml, None, "text", "varchar(9)", "char(20)", "public.citext"),
        .. new[]
        {
            SqlDbType.Char, SqlDbType.NChar, SqlDbType.VarChar, SqlDbType.NVarChar, SqlDbType.Text, SqlDbType.NText,
            SqlDbType.Xml,
        }.SelectMany(type => Each(Of(type), Xml, None, "xml")),
        .. new[] { SqlDbType.Binary, SqlDbType.VarBinary, SqlDbType.Image, SqlDbType.Timestamp }.SelectMany(type =>
            Each(Of(type), Gen.Byte.Array[0, 20], None, "bytea")),
    ];

    static SourceColumn Of(SqlDbType type, int length = 0, int scale = 0) => Legacy.Of("", type, length, scale);

    static IEnumerable<TypePair> Each<T>(
        SourceColumn source, Gen<T> values, ColumnManifest policies, params string[] targets) =>
        targets.Select(target => new TypePair(source, target, policies, values.Select(v => (object?)v)));

    static SqlDecimal Wide(UInt128 bits)
    {
        var value = bits % UInt128.Parse("1" + new string('0', 38), System.Globalization.CultureInfo.InvariantCulture);
        return new SqlDecimal(
            38, 10, (bits & 1) == 0,
            [(int)(uint)value, (int)(uint)(value >> 32), (int)(uint)(value >> 64), (int)(uint)(value >> 96)]);
    }
}
