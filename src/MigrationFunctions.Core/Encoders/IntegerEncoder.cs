using System.Buffers.Text;
using System.Data.Common;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Writes an integer as one target type; false when it does not fit.</summary>
interface IIntegerWriter
{
    static abstract bool TryWrite(long value, int limit, TupleBuffer output);
}

readonly struct BooleanWriter : IIntegerWriter
{
    public static bool TryWrite(long value, int limit, TupleBuffer output)
    {
        output.WriteBoolean(value != 0);
        return true;
    }
}

readonly struct Int2Writer : IIntegerWriter
{
    public static bool TryWrite(long value, int limit, TupleBuffer output)
    {
        if (value != (short)value)
            return false;
        output.WriteInt16((short)value);
        return true;
    }
}

readonly struct Int4Writer : IIntegerWriter
{
    public static bool TryWrite(long value, int limit, TupleBuffer output)
    {
        if (value != (int)value)
            return false;
        output.WriteInt32((int)value);
        return true;
    }
}

readonly struct Int8Writer : IIntegerWriter
{
    public static bool TryWrite(long value, int limit, TupleBuffer output)
    {
        output.WriteInt64(value);
        return true;
    }
}

/// <summary>Digits, with a minus sign where needed; the limit is the column's length, 0 when it has none.</summary>
readonly struct DigitsWriter : IIntegerWriter
{
    public static bool TryWrite(long value, int limit, TupleBuffer output)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var length);
        if (limit > 0 && length > limit)
            return false;
        output.WriteBytes(digits[..length]);
        return true;
    }
}

/// <summary>The integer family and bit to integers, boolean and digits.</summary>
sealed class IntegerEncoder<TReader, TWriter> : ColumnEncoder
    where TReader : struct, ISourceReader<long>
    where TWriter : struct, IIntegerWriter
{
    readonly int _limit;
    readonly RejectReason _doesNotFit;

    public IntegerEncoder(SourceColumn source, int ordinal, TargetColumn target)
        : base(source, ordinal, target)
    {
        _limit = target.Length;
        _doesNotFit = typeof(TWriter) == typeof(DigitsWriter)
            ? Reason(RejectRules.TooLong, $"More digits than {target.Type}({target.Length}) holds.")
            : Reason(RejectRules.OutOfRange, $"Outside the range of {target.Type}.");
    }

    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output) =>
        TWriter.TryWrite(TReader.Read(row, Ordinal), _limit, output) ? null : _doesNotFit;
}
