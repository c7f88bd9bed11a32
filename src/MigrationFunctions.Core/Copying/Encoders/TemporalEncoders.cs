using System.Data.Common;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Core.Copying.Encoders;

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

/// <summary>Times to <c>timestamp</c> and <c>timestamptz</c> (int64 microseconds since 2000-01-01 00:00) and to
/// <c>time</c> (since midnight). Digits beyond the column's are cut off or rejected here: the server would round
/// them.</summary>
sealed class MicrosecondEncoder<TReader> : ColumnEncoder
    where TReader : struct, ISourceReader<long>
{
    /// <summary>Ticks between .NET's first day and PostgreSQL's 2000-01-01.</summary>
    public static readonly long TimestampEpoch = new DateTime(2000, 1, 1).Ticks;

    readonly long _epoch;
    readonly long _unit;
    readonly bool _rejectsExcess;
    readonly ZoneOffsets? _zone;
    readonly RejectReason _excessPrecision;

    public MicrosecondEncoder(
        SourceColumn source, int ordinal, TargetColumn target, long epoch, ExcessPrecisionPolicy policy,
        ZoneOffsets? zone)
        : base(source, ordinal, target)
    {
        _epoch = epoch / TimeSpan.TicksPerMicrosecond;
        _unit = TicksOfDigit(target.Scale);
        _rejectsExcess = policy == ExcessPrecisionPolicy.Reject;
        _zone = zone;
        _excessPrecision = Reason(
            RejectRules.ExcessPrecision, $"Digits of a second that {target.Type} column {target.Name} cannot hold.");
    }

    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        var ticks = TReader.Read(row, Ordinal);
        var excess = ticks % _unit;
        if (excess != 0 && _rejectsExcess)
            return _excessPrecision;
        ticks -= excess;
        if (_zone is not null)
            ticks -= _zone.OffsetAt(ticks);
        output.WriteInt64((ticks / TimeSpan.TicksPerMicrosecond) - _epoch);
        return null;
    }

    static long TicksOfDigit(int digits)
    {
        var unit = TimeSpan.TicksPerMicrosecond;
        for (var i = digits is < 0 or > 6 ? 6 : digits; i < 6; i++)
            unit *= 10;
        return unit;
    }
}
