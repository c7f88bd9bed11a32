using System.Runtime.InteropServices;

namespace LocalSqlServer.Types;

/// <summary>Conversions to and from bytes. Numbers are big-endian and lose or gain bytes on the left; all else is cut or
/// padded with zeros on the right.</summary>
static class BinaryConversion
{
    public static SqlValue ToBinary(SqlValue value, SqlType from, SqlType to)
    {
        if (from.IsInteger)
            return SqlValue.From(FitNumber(value.Number, from.Length, to));
        if (from.IsMoney)
            return SqlValue.From(FitNumber(value.Number, from.Length, to));
        return SqlValue.From(Fit(Bytes(value, from, to), to));
    }

    /// <summary>The number in as many bytes on the right as the type has.</summary>
    public static long ToInteger(ReadOnlySpan<byte> bytes, SqlType to)
    {
        var used = bytes.Length > to.Length ? bytes[^to.Length..] : bytes;
        ulong number = 0;
        foreach (var b in used)
            number = (number << 8) | b;
        return to.Kind switch
        {
            SqlKind.SmallInt => (short)number,
            SqlKind.Int => (int)number,
            _ => (long)number,
        };
    }

    public static SqlValue ToRowVersion(SqlValue value, SqlType from, SqlType to)
    {
        if (from.IsInteger)
            return value;
        return from.IsBinary
            ? SqlValue.From(ToInteger(Fit(value.Bytes, SqlType.Binary(8)), SqlType.BigInt))
            : throw SqlConversion.NotConvertible(from, to);
    }

    public static SqlValue ToGuid(SqlValue value, SqlType from, SqlType to)
    {
        if (from.IsText)
            return SqlValue.From(GuidOf(value.Text));
        if (!from.IsBinary)
            throw SqlConversion.NotConvertible(from, to);
        Span<byte> bytes = stackalloc byte[16];
        value.Bytes.AsSpan(0, Math.Min(16, value.Bytes.Length)).CopyTo(bytes);
        return SqlValue.From(new Guid(bytes));
    }

    /// <summary>The 36 characters of the usual form, perhaps in braces; what follows is not looked at.</summary>
    static Guid GuidOf(string text)
    {
        const int Length = 36;
        var braced = text.StartsWith('{') && text.Length > Length + 1 && text[Length + 1] == '}';
        var from = braced ? 1 : 0;
        return text.Length >= from + Length && Guid.TryParseExact(text.AsSpan(from, Length), "D", out var guid)
            ? guid
            : throw new SqlServerException(8169, 16, 2,
                "Conversion failed when converting from a character string to uniqueidentifier.");
    }

    static byte[] Bytes(SqlValue value, SqlType from, SqlType to) => from.Kind switch
    {
        _ when from.IsBinary => value.Bytes,
        SqlKind.UniqueIdentifier => value.Guid.ToByteArray(),
        SqlKind.RowVersion => BigEndian(value.Number, 8),
        _ when from.IsUnicode => MemoryMarshal.AsBytes(value.Text.AsSpan()).ToArray(),
        _ when from.IsText => (from.Collation ?? Collation.Default).Encoding.GetBytes(value.Text),
        _ => throw SqlConversion.NotConvertible(from, to),
    };

    static byte[] FitNumber(long number, int length, SqlType to)
    {
        if (to.IsMax || to.Kind == SqlKind.Image)
            return BigEndian(number, length);
        var bytes = BigEndian(number, length);
        if (bytes.Length > to.Length)
            return bytes[^to.Length..];
        return to.Kind == SqlKind.Binary ? [.. new byte[to.Length - bytes.Length], .. bytes] : bytes;
    }

    static byte[] BigEndian(long number, int length)
    {
        var bytes = new byte[length];
        for (var i = length - 1; i >= 0; i--, number >>= 8)
            bytes[i] = (byte)number;
        return bytes;
    }

    static byte[] Fit(byte[] bytes, SqlType to)
    {
        if (to.Kind == SqlKind.Image || to.IsMax)
            return bytes;
        if (bytes.Length > to.Length)
            bytes = bytes[..to.Length];
        if (to.Kind == SqlKind.Binary && bytes.Length < to.Length)
            Array.Resize(ref bytes, to.Length);
        return bytes;
    }
}
