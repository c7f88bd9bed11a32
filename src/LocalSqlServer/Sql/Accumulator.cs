using System.Numerics;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>One aggregate over one group. NULL values do not count, except for COUNT(*).</summary>
abstract class Accumulator
{
    public abstract SqlValue Result { get; }

    /// <summary>Takes the value of the current row.</summary>
    public abstract void Add();

    public static (SqlType Type, Func<Accumulator> Create) For(string name, SqlExpression? argument, bool distinct)
    {
        var function = name.ToUpperInvariant();
        if (argument is not null && (distinct || function is "MIN" or "MAX"))
            Coercibility.Require(argument, function);
        if (function is "COUNT" or "COUNT_BIG")
        {
            var type = function == "COUNT" ? SqlType.Int : SqlType.BigInt;
            return argument is null
                ? (type, () => new RowCounter())
                : (type, () => new ValueCounter(argument, distinct));
        }
        if (argument is null)
            throw new SqlServerException(102, 15, 1, "Incorrect syntax near '*'.");
        if (function is "MIN" or "MAX" && !IsOrdered(argument.Type))
            throw InvalidOperand(argument.Type, function);
        if (function is "MIN" or "MAX")
            return (argument.Type, () => new Extreme(argument, function == "MIN" ? -1 : 1));
        if (!argument.Type.IsNumeric || argument.Type.Kind == SqlKind.Bit)
            throw InvalidOperand(argument.Type, function);
        var result = ResultType(argument.Type, function);
        return (result, () => new Total(argument, result, average: function == "AVG", distinct));
    }

    static bool IsOrdered(SqlType type) => type.Kind is not (
        SqlKind.Bit or SqlKind.Text or SqlKind.NText or SqlKind.Image or SqlKind.Xml);

    static SqlServerException InvalidOperand(SqlType type, string function) => new(8117, 16, 1,
        $"Operand data type {type.Name} is invalid for {function.ToLowerInvariant()} operator.");

    static SqlType ResultType(SqlType argument, string function) => argument.Kind switch
    {
        SqlKind.BigInt => SqlType.BigInt,
        _ when argument.IsInteger => SqlType.Int,
        _ when argument.IsFloating => SqlType.Float,
        _ when argument.IsMoney => SqlType.Money,
        _ => SqlType.Decimal(38, function == "AVG" ? Math.Max(6, (int)argument.Scale) : argument.Scale),
    };

    sealed class ValueCounter(SqlExpression argument, bool distinct) : Accumulator
    {
        readonly HashSet<SqlValue>? _seen = distinct ? new(ValueComparer.For(argument.Type)) : null;
        long _count;

        public override SqlValue Result => SqlValue.From(_count);

        public override void Add()
        {
            var value = argument.Evaluate();
            if (!value.IsNull && (_seen is null || _seen.Add(value)))
                _count++;
        }
    }

    sealed class Extreme(SqlExpression argument, int sign) : Accumulator
    {
        readonly ValueComparer _comparer = ValueComparer.For(argument.Type);
        SqlValue _best;

        public override SqlValue Result => _best;

        public override void Add()
        {
            var value = argument.Evaluate();
            if (!value.IsNull && (_best.IsNull || _comparer.CompareValues(in value, in _best) * sign > 0))
                _best = value;
        }
    }

    sealed class Total(SqlExpression argument, SqlType type, bool average, bool distinct) : Accumulator
    {
        readonly HashSet<SqlValue>? _seen = distinct ? new(ValueComparer.For(argument.Type)) : null;
        BigInteger _exact;
        double _approximate;
        long _count;

        public override SqlValue Result
        {
            get
            {
                if (_count == 0)
                    return SqlValue.Null;
                if (type.IsFloating)
                    return SqlValue.From(average ? _approximate / _count : _approximate);
                var scale = type.IsMoney ? 4 : (int)type.Scale;
                var from = argument.Type.IsMoney ? 4 : argument.Type.Kind == SqlKind.Decimal ? (int)argument.Type.Scale : 0;
                var total = SqlConversion.Rescale(_exact, from, scale);
                if (average)
                    total = BigInteger.Divide(total, _count);
                return type.Kind == SqlKind.Decimal ? SqlValue.FromUnscaled((Int128)total) : InRange(total);
            }
        }

        public override void Add()
        {
            var value = argument.Evaluate();
            if (value.IsNull || (_seen is not null && !_seen.Add(value)))
                return;
            _count++;
            if (type.IsFloating)
                _approximate += value.Double;
            else
                _exact += argument.Type.Kind == SqlKind.Decimal ? value.Unscaled : value.Number;
        }

        SqlValue InRange(BigInteger total)
        {
            var (min, max) = SqlConversion.Range(type.Kind);
            return total >= min && total <= max ? SqlValue.From((long)total) : throw SqlServerException.Overflow(type);
        }
    }
}

/// <summary>COUNT(*).</summary>
sealed class RowCounter : Accumulator
{
    long _count;

    public override SqlValue Result => SqlValue.From(_count);

    public override void Add() => _count++;
}
