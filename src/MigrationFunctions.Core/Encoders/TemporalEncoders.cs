using System.Data.Common;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Days to <c>date</c>: int32 days since 2000-01-01. A time of day other than midnight is rejected.</summary>
sealed class DateEncoder : ColumnEncoder
{
    static readonly int Epoch = new DateOnly(2000, 1, 1).DayNumber;
    readonly RejectReason _timeOfDayLost;

    public DateEncoder(SourceColumn source, int ordinal, TargetColumn target)
        : base(source, ordinal, target) =>
        _timeOfDayLost = Reason(RejectRules.TimeOfDayLost, "A time of day that a date would lose.");

    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        var (days, rest) = Math.DivRem(DateTimeReader.Read(row, Ordinal), TimeSpan.TicksPerDay);
        if (rest != 0)
            return _timeOfDayLost;
        output.WriteInt32((int)days - Epoch);
        return null;
    }
}

/// <summary>Times as int64 microseconds. Digits beyond the column's are cut off or rejected here: the server would
/// round them.</summary>
abstract class MicrosecondEncoder : ColumnEncoder
{
    /// <summary>Ticks between .NET's first day and PostgreSQL's 2000-01-01.</summary>
    public static readonly long TimestampEpoch = new DateTime(2000, 1, 1).Ticks;

    readonly long _unit;
    readonly int _cutOff;
    readonly RejectReason? _excessPrecision;

    private protected MicrosecondEncoder(
        SourceColumn source, int ordinal, TargetColumn target, ExcessPrecisionPolicy policy, AdjustmentSlots slots)
        : base(source, ordinal, target)
    {
        _unit = TicksOfDigit(target.Scale);
        if (policy == ExcessPrecisionPolicy.Truncate)
            _cutOff = slots.Add(target.Name, AdjustmentRules.ExcessPrecision);
        else
            _excessPrecision = Reason(
                RejectRules.ExcessPrecision,
                $"Digits of a second that {target.Type} column {target.Name} cannot hold.");
    }

    /// <summary>Cuts off what the column cannot hold.</summary>
    private protected RejectReason? Cut(ref long ticks, TupleBuffer output)
    {
        var excess = ticks % _unit;
        if (excess == 0)
            return null;
        if (_excessPrecision is null)
            output.Adjust(_cutOff);
        ticks -= excess;
        return _excessPrecision;
    }

    /// <summary>Writes the microseconds between two ticks.</summary>
    private protected static void Write(long ticks, long epoch, TupleBuffer output) =>
        output.WriteInt64((ticks - epoch) / TimeSpan.TicksPerMicrosecond);

    static long TicksOfDigit(int digits)
    {
        var unit = TimeSpan.TicksPerMicrosecond;
        for (var i = digits is < 0 or > 6 ? 6 : digits; i < 6; i++)
            unit *= 10;
        return unit;
    }
}

/// <summary>Times as the clock shows them: local times to <c>timestamp</c>, times of day to <c>time</c>.</summary>
/// <param name="epoch">Ticks that the target counts from.</param>
sealed class ClockTimeEncoder<TReader>(
    SourceColumn source, int ordinal, TargetColumn target, long epoch, ExcessPrecisionPolicy excess, AdjustmentSlots slots)
    : MicrosecondEncoder(source, ordinal, target, excess, slots)
    where TReader : struct, ISourceReader<long>
{
    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        var ticks = TReader.Read(row, Ordinal);
        if (Cut(ref ticks, output) is { } reason)
            return reason;
        Write(ticks, epoch, output);
        return null;
    }
}

/// <summary>Times with an offset to <c>timestamptz</c>, which holds the instant alone.</summary>
sealed class OffsetTimeEncoder(
    SourceColumn source, int ordinal, TargetColumn target, ExcessPrecisionPolicy excess, AdjustmentSlots slots)
    : MicrosecondEncoder(source, ordinal, target, excess, slots)
{
    readonly int _offsetDropped = slots.Add(target.Name, AdjustmentRules.OffsetDropped);

    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        var time = row.GetFieldValue<DateTimeOffset>(Ordinal);
        var ticks = time.UtcTicks;
        if (Cut(ref ticks, output) is { } reason)
            return reason;
        if (time.TotalOffsetMinutes != 0)
            output.Adjust(_offsetDropped);
        Write(ticks, TimestampEpoch, output);
        return null;
    }
}
