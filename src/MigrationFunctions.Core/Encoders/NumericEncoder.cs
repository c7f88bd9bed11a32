using System.Data.Common;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Exact numbers to <c>numeric</c>, in the form that PostgreSQL itself stores: with the column's scale when
/// the column is constrained, else with the source's.</summary>
sealed class NumericEncoder<TReader> : ColumnEncoder
    where TReader : struct, ISourceReader<ExactNumber>
{
    readonly int _scale;
    readonly int _displayScale;
    readonly int _integerDigits;
    readonly RejectReason _outOfRange;
    readonly RejectReason _precisionLoss;

    public NumericEncoder(SourceColumn source, int ordinal, TargetColumn target, int sourceScale)
        : base(source, ordinal, target)
    {
        var isConstrained = target.Precision > 0;
        _scale = isConstrained ? target.Scale : sourceScale;
        _displayScale = Math.Max(_scale, 0);
        _integerDigits = isConstrained ? target.Precision - target.Scale : int.MaxValue / 2;
        _outOfRange = Reason(
            RejectRules.OutOfRange,
            $"More digits before the point than numeric({target.Precision},{target.Scale}) holds.");
        _precisionLoss = Reason(
            RejectRules.PrecisionLoss, $"Digits after the point that a scale of {_scale} would cut off.");
    }

    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        var number = TReader.Read(row, Ordinal);
        if (number.Scale > _scale && !IsMultipleOfTen(number.Magnitude, number.Scale - _scale))
            return _precisionLoss;
        var limit = _integerDigits + number.Scale;
        if (limit <= ExactNumber.MaxDigits && number.Magnitude >= ExactNumber.PowerOfTen(Math.Max(limit, 0)))
            return _outOfRange;
        NumericWire.Write(output, number, _displayScale);
        return null;
    }

    static bool IsMultipleOfTen(UInt128 magnitude, int exponent)
    {
        if (magnitude == 0)
            return true;
        if (exponent > ExactNumber.MaxDigits)
            return false;
        var power = ExactNumber.PowerOfTen(exponent);
        return magnitude <= ulong.MaxValue && power <= ulong.MaxValue
            ? (ulong)magnitude % (ulong)power == 0
            : magnitude % power == 0;
    }
}
