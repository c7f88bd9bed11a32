using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace MigrationFunctions.Core.Tests.Copying;

/// <summary>Reads PGCOPY tuples by PostgreSQL's documentation alone, sharing nothing with the encoders.</summary>
static class PgCopyDecoder
{
    public static List<byte[]?> Fields(ReadOnlySpan<byte> tuple)
    {
        var fields = new List<byte[]?>();
        var count = BinaryPrimitives.ReadInt16BigEndian(tuple);
        tuple = tuple[2..];
        for (var i = 0; i < count; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(tuple);
            tuple = tuple[4..];
            fields.Add(length < 0 ? null : tuple[..length].ToArray());
            tuple = tuple[Math.Max(length, 0)..];
        }

        Assert.True(tuple.IsEmpty, "Bytes follow the last field.");
        return fields;
    }

    public static string Text(byte[]? field) => Encoding.UTF8.GetString(field!);

    public static DateTime Timestamp(byte[]? field) =>
        new DateTime(2000, 1, 1).AddTicks(10 * BinaryPrimitives.ReadInt64BigEndian(field));

    public static DateTime Date(byte[]? field) =>
        new DateTime(2000, 1, 1).AddDays(BinaryPrimitives.ReadInt32BigEndian(field));

    /// <summary>A numeric as PostgreSQL prints it.</summary>
    public static string Numeric(byte[]? field)
    {
        short Word(int index) => BinaryPrimitives.ReadInt16BigEndian(field.AsSpan(2 * index));
        var (digits, weight, sign, scale) = (Word(0), Word(1), Word(2), Word(3));
        Assert.Equal(8 + (2 * digits), field!.Length);
        var value = BigInteger.Zero;
        for (var i = 0; i < digits; i++)
        {
            Assert.InRange(Word(4 + i), 0, 9999);
            value = (value * 10_000) + Word(4 + i);
        }

        if (digits > 0)
        {
            Assert.NotEqual(0, Word(4));
            Assert.NotEqual(0, Word(3 + digits));
        }

        // The value is an integer times 10000^(weight - digits + 1); print it with the shown scale.
        var exponent = (4 * (weight - digits + 1)) + scale;
        var shown = exponent >= 0 ? value * BigInteger.Pow(10, exponent) : value / BigInteger.Pow(10, -exponent);
        if (exponent < 0)
            Assert.Equal(value, shown * BigInteger.Pow(10, -exponent));
        var text = shown.ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        var point = scale > 0 ? $"{text[..^scale]}.{text[^scale..]}" : text;
        return sign == 0x4000 ? "-" + point : point;
    }
}
