using System.Buffers.Binary;

namespace MigrationFunctions.Core.Encoders;

/// <summary>PostgreSQL's binary <c>numeric</c> (src/backend/utils/adt/numeric.c, numeric_send): int16 number of
/// base-10000 digits, int16 weight of the first (0 = units), int16 sign (0x4000 is minus), int16 digits to show after
/// the point, then the digits, with no zero digit at either end. Zero has no digits, weight 0 and no sign.</summary>
static class NumericWire
{
    const int Negative = 0x4000;
    const int MaxGroups = 12;
    const uint Base = 10_000;

    public static void Write(TupleBuffer output, in ExactNumber number, int displayScale)
    {
        Span<short> groups = stackalloc short[MaxGroups];
        var count = Split(number.Magnitude, number.Scale, groups);
        var first = 0;
        while (first < count && groups[first] == 0)
            first++;
        var digits = count - first;
        var weight = digits == 0 ? 0 : count - 1 - ((number.Scale + 3) / 4);
        var field = output.WriteField(8 + (2 * digits));
        BinaryPrimitives.WriteInt16BigEndian(field, (short)digits);
        BinaryPrimitives.WriteInt16BigEndian(field[2..], (short)weight);
        BinaryPrimitives.WriteInt16BigEndian(field[4..], (short)(number.Negative && digits > 0 ? Negative : 0));
        BinaryPrimitives.WriteInt16BigEndian(field[6..], (short)displayScale);
        field = field[8..];
        for (var i = 0; i < digits; i++)
            BinaryPrimitives.WriteInt16BigEndian(field[(2 * i)..], groups[count - 1 - i]);
    }

    /// <summary>Splits into base-10000 digits aligned to the decimal point, lowest first.</summary>
    static int Split(UInt128 magnitude, int scale, Span<short> groups)
    {
        var count = 0;
        var odd = scale & 3;
        if (odd != 0)
        {
            var unit = odd == 1 ? 10u : odd == 2 ? 100u : 1_000u;
            groups[count++] = (short)(TakeRest(ref magnitude, unit) * (Base / unit));
        }

        while (magnitude > ulong.MaxValue)
            groups[count++] = (short)TakeRest(ref magnitude, Base);
        for (var small = (ulong)magnitude; small != 0; small /= Base)
            groups[count++] = (short)(small % Base);
        return count;
    }

    static uint TakeRest(ref UInt128 magnitude, uint divisor)
    {
        if (magnitude <= ulong.MaxValue)
        {
            var (quotient, rest) = Math.DivRem((ulong)magnitude, divisor);
            magnitude = quotient;
            return (uint)rest;
        }

        var (wide, wideRest) = UInt128.DivRem(magnitude, divisor);
        magnitude = wide;
        return (uint)wideRest;
    }
}
