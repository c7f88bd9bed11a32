using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Copying;

/// <summary>Reads the legacy key back from a tuple as the text that <see cref="Mapping.KeyText"/> gives it, for the few
/// rows that are left out after they were encoded: keeping the text of every row's key would cost an allocation a
/// row.</summary>
public static class LegacyKeyText
{
    // Field count, tenant and id: each entity's tuple begins with two uuids, and the legacy id follows.
    const int FieldStart = sizeof(short) + 2 * (sizeof(int) + 16);
    const string DateTimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff";
    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;
    static readonly DateTime Epoch = new(2000, 1, 1);
    const string Beyond = "beyond year 9999";

    /// <param name="column">The legacy id's column.</param>
    /// <returns>An empty text for NULL: a row that the new application made may have no legacy key. A value that no source has, as
    /// infinity, has a text that is no key.</returns>
    public static string Of(ReadOnlySpan<byte> tuple, TargetColumn column)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(tuple[FieldStart..]);
        if (length < 0)
            return "";
        var bytes = tuple.Slice(FieldStart + sizeof(int), length);
        return column.Type switch
        {
            "bool" => bytes[0] == 0 ? "0" : "1",
            "int2" => BinaryPrimitives.ReadInt16BigEndian(bytes).ToString(Invariant),
            "int4" => BinaryPrimitives.ReadInt32BigEndian(bytes).ToString(Invariant),
            "int8" => BinaryPrimitives.ReadInt64BigEndian(bytes).ToString(Invariant),
            "numeric" => Numeric(bytes),
            "uuid" => new Guid(bytes, bigEndian: true).ToString(),
            "date" => AtOrNull(BinaryPrimitives.ReadInt32BigEndian(bytes) * (Int128)TimeSpan.TicksPerDay)
                ?.ToString("yyyy-MM-dd", Invariant) ?? Beyond,
            "time" => TimeSpan.FromTicks(BinaryPrimitives.ReadInt64BigEndian(bytes) * TimeSpan.TicksPerMicrosecond)
                .ToString(@"hh\:mm\:ss\.fffffff", Invariant),
            "timestamp" => MomentOf(bytes) is { } moment ? moment.ToString(DateTimeFormat, Invariant) : Beyond,
            "timestamptz" => MomentOf(bytes) is { } instant ? instant.ToString(DateTimeFormat, Invariant) + "Z" : Beyond,
            "bytea" => Convert.ToHexStringLower(bytes),
            _ => Encoding.UTF8.GetString(bytes).TrimEnd(' '),
        };
    }

    static DateTime? MomentOf(ReadOnlySpan<byte> bytes) =>
        AtOrNull(BinaryPrimitives.ReadInt64BigEndian(bytes) * (Int128)TimeSpan.TicksPerMicrosecond);

    // PostgreSQL's dates reach further than those of SQL Server and of .NET, to infinity.
    static DateTime? AtOrNull(Int128 ticksAfterEpoch) =>
        ticksAfterEpoch + Epoch.Ticks is var ticks && ticks >= 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTime((long)ticks) : null;

    /// <summary>Base-10000 digits (PostgreSQL's numeric_send) as decimal digits without zeros at the end.</summary>
    internal static string Numeric(ReadOnlySpan<byte> bytes)
    {
        const int FirstDigit = 8;
        const ushort NotANumber = 0xC000, Infinity = 0xD000, MinusInfinity = 0xF000;
        var count = BinaryPrimitives.ReadInt16BigEndian(bytes);
        var weight = BinaryPrimitives.ReadInt16BigEndian(bytes[2..]);
        var sign = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]);
        if (sign is NotANumber or Infinity or MinusInfinity)
            return sign switch { NotANumber => "NaN", Infinity => "Infinity", _ => "-Infinity" };
        var isNegative = sign != 0;
        var (whole, fraction) = (new StringBuilder(), new StringBuilder());
        for (var place = Math.Max((int)weight, 0); place > weight - count || place >= 0; place--)
        {
            var digit = weight - place;
            var value = digit >= 0 && digit < count
                ? BinaryPrimitives.ReadInt16BigEndian(bytes[(FirstDigit + 2 * digit)..])
                : 0;
            (place >= 0 ? whole : fraction).Append(value.ToString("D4", Invariant));
        }
        var text = whole.ToString().TrimStart('0').PadLeft(1, '0');
        var decimals = fraction.ToString().TrimEnd('0');
        return (isNegative ? "-" : "") + (decimals.Length > 0 ? $"{text}.{decimals}" : text);
    }
}
