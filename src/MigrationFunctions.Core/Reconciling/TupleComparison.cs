using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>Tells how two tuples of one row differ, column by column, without telling any value.</summary>
static class TupleComparison
{
    /// <summary>The columns that differ, in the order of the tuple.</summary>
    public static IReadOnlyList<ColumnDifference> Between(
        IReadOnlyList<TargetColumn> columns, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> found)
    {
        var (here, there) = (Fields(expected, columns.Count), Fields(found, columns.Count));
        var differences = new List<ColumnDifference>();
        for (var i = 0; i < columns.Count; i++)
        {
            if (Nature(columns[i].Type, here[i], there[i]) is { } nature)
                differences.Add(new ColumnDifference(columns[i].Name, nature));
        }
        return differences;
    }

    static ReadOnlyMemory<byte>?[] Fields(ReadOnlyMemory<byte> tuple, int count)
    {
        var fields = new ReadOnlyMemory<byte>?[count];
        var position = sizeof(short);
        for (var i = 0; i < count; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(tuple.Span[position..]);
            position += sizeof(int);
            if (length < 0)
                continue;
            fields[i] = tuple.Slice(position, length);
            position += length;
        }
        return fields;
    }

    /// <summary>How the target's value differs from the one that it ought to be, or null when it does not.</summary>
    static string? Nature(string type, ReadOnlyMemory<byte>? expected, ReadOnlyMemory<byte>? found) =>
        (expected, found) switch
        {
            (null, null) => null,
            ({ Length: 0 }, null) => "NULL instead of an empty value",
            (null, { Length: 0 }) => "an empty value instead of NULL",
            (_, null) => "NULL instead of a value",
            (null, _) => "a value instead of NULL",
            ({ } here, { } there) when here.Span.SequenceEqual(there.Span) => null,
            ({ } here, { } there) => OfValues(type, here.Span, there.Span),
        };

    static string OfValues(string type, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found) => type switch
    {
        "bool" => found[0] == 0 ? "false instead of true" : "true instead of false",
        "int2" => Number(BinaryPrimitives.ReadInt16BigEndian(found) - BinaryPrimitives.ReadInt16BigEndian(expected)),
        "int4" => Number((BigInteger)BinaryPrimitives.ReadInt32BigEndian(found) - BinaryPrimitives.ReadInt32BigEndian(expected)),
        "int8" => Number((BigInteger)BinaryPrimitives.ReadInt64BigEndian(found) - BinaryPrimitives.ReadInt64BigEndian(expected)),
        "date" => Later((long)BinaryPrimitives.ReadInt32BigEndian(found) - BinaryPrimitives.ReadInt32BigEndian(expected), "day"),
        "time" or "timestamp" or "timestamptz" =>
            Later(BinaryPrimitives.ReadInt64BigEndian(found) - BinaryPrimitives.ReadInt64BigEndian(expected), "microsecond"),
        "numeric" => Numeric(expected, found),
        "uuid" or "bytea" or "float4" or "float8" => Bits(expected, found),
        _ => Text(Encoding.UTF8.GetString(expected), Encoding.UTF8.GetString(found)),
    };

    static string Number(BigInteger more) =>
        $"{BigInteger.Abs(more).ToString(CultureInfo.InvariantCulture)} {(more.Sign > 0 ? "more" : "less")}";

    static string Later(long by, string unit) =>
        $"{Math.Abs((decimal)by).ToString(CultureInfo.InvariantCulture)} {unit}{(by is 1 or -1 ? "" : "s")} "
        + $"{(by > 0 ? "later" : "earlier")}";

    static string Numeric(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        var culture = CultureInfo.InvariantCulture;
        if (!decimal.TryParse(LegacyKeyText.Numeric(expected), Style, culture, out var here)
            || !decimal.TryParse(LegacyKeyText.Numeric(found), Style, culture, out var there))
            return "another number";
        return here == there ? "another scale"
            : $"{Math.Abs(there - here).ToString("0.############################", culture)} {(there > here ? "more" : "less")}";
    }

    static string Bits(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> found)
    {
        if (expected.Length != found.Length)
            return $"{found.Length} bytes instead of {expected.Length}";
        var bits = 0;
        for (var i = 0; i < expected.Length; i++)
            bits += BitOperations.PopCount((uint)(expected[i] ^ found[i]));
        return bits == 1 ? "1 bit" : $"{bits} bits";
    }

    static string Text(string expected, string found)
    {
        if (expected.TrimEnd(' ') == found.TrimEnd(' '))
            return found.Length > expected.Length ? "trailing spaces added" : "trailing spaces removed";
        if (string.Equals(expected, found, StringComparison.OrdinalIgnoreCase))
            return "upper and lower case";
        if (IsNormalizable(expected) && IsNormalizable(found) && expected.Normalize() == found.Normalize())
            return "another Unicode normalization form";
        var at = expected.AsSpan().CommonPrefixLength(found) + 1;
        return expected.Length == found.Length
            ? $"from character {at} on"
            : $"{found.Length} characters instead of {expected.Length}, from character {at} on";
    }

    static bool IsNormalizable(string text)
    {
        // Noncharacters are valid in UTF-8 and make Normalize throw.
        foreach (var rune in text.EnumerateRunes())
            if ((rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF)
                return false;
        return true;
    }
}
