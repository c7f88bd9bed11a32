using System.Data.SqlTypes;

namespace MigrationFunctions.Core.Encoders;

/// <summary>A decimal of up to 38 digits: <c>(Negative ? -1 : 1) * Magnitude / 10^Scale</c>.</summary>
readonly record struct ExactNumber(UInt128 Magnitude, bool Negative, int Scale)
{
    /// <summary>Digits of SQL Server's widest decimal; the largest power of ten that is a UInt128.</summary>
    public const int MaxDigits = 38;

    static readonly UInt128[] Powers = MakePowers();

    /// <summary>10 to the power of 0 to 38.</summary>
    public static UInt128 PowerOfTen(int exponent) => Powers[exponent];

    public static ExactNumber From(long value) => new((ulong)(value < 0 ? unchecked(-value) : value), value < 0, 0);

    public static ExactNumber From(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var low = (uint)bits[0] | ((ulong)(uint)bits[1] << 32);
        return new(new UInt128((uint)bits[2], low), bits[3] < 0, (bits[3] >> 16) & 0xFF);
    }

    public static ExactNumber From(SqlDecimal value)
    {
        Span<uint> words = stackalloc uint[4];
        value.WriteTdsValue(words);
        var magnitude = new UInt128(words[2] | ((ulong)words[3] << 32), words[0] | ((ulong)words[1] << 32));
        return new(magnitude, !value.IsPositive, value.Scale);
    }

    /// <summary>The same number with no zero at the end of its fraction: equal numbers become equal records.</summary>
    public ExactNumber Normalized()
    {
        var (magnitude, scale) = (Magnitude, Scale);
        while (scale > 0)
        {
            var (quotient, rest) = UInt128.DivRem(magnitude, 10);
            if (rest != 0)
                break;
            (magnitude, scale) = (quotient, scale - 1);
        }

        return new(magnitude, Negative && magnitude != 0, scale);
    }

    static UInt128[] MakePowers()
    {
        var powers = new UInt128[MaxDigits + 1];
        powers[0] = 1;
        for (var i = 1; i < powers.Length; i++)
            powers[i] = powers[i - 1] * 10;
        return powers;
    }
}
