using System.Data;
using System.Data.Common;
using System.Data.SqlTypes;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Whether a column's value, which is not NULL, is one of a few. Compares typed values as SQL Server's = does,
/// but text exactly (only spaces at the end do not count).</summary>
abstract class ValueMatcher
{
    public abstract bool Matches(DbDataReader row);

    /// <summary>A matcher for values given as invariant text, or null and the first text that the type does not
    /// hold.</summary>
    public static ValueMatcher? Create(
        SourceColumn column, int ordinal, IReadOnlyList<string> texts, out string? misfit)
    {
        var values = new object[texts.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (InvariantText.TryParse(column, texts[i], out values[i]))
                continue;
            misfit = texts[i];
            return null;
        }

        misfit = null;
        return column.Type switch
        {
            SqlDbType.Bit => new Set<BitReader, long>(ordinal, values, v => (bool)v ? 1 : 0),
            SqlDbType.TinyInt => new Set<TinyIntReader, long>(ordinal, values, v => (byte)v),
            SqlDbType.SmallInt => new Set<SmallIntReader, long>(ordinal, values, v => (short)v),
            SqlDbType.Int => new Set<IntReader, long>(ordinal, values, v => (int)v),
            SqlDbType.BigInt => new Set<BigIntReader, long>(ordinal, values, v => (long)v),
            SqlDbType.Money or SqlDbType.SmallMoney => new Numbers<DecimalReader>(ordinal, values),
            SqlDbType.Decimal => column.Precision > SourceTypes.DecimalDigits
                ? new Numbers<WideDecimalReader>(ordinal, values) : new Numbers<DecimalReader>(ordinal, values),
            SqlDbType.Float => new Set<FloatReader, double>(ordinal, values, v => (double)v),
            SqlDbType.Real => new Set<RealReader, double>(ordinal, values, v => (float)v),
            SqlDbType.UniqueIdentifier => new Set<GuidReader, Guid>(ordinal, values, v => (Guid)v),
            SqlDbType.DateTimeOffset =>
                new Set<DateTimeOffsetReader, long>(ordinal, values, v => ((DateTimeOffset)v).UtcTicks),
            SqlDbType.Time => new Set<TimeReader, long>(ordinal, values, v => ((TimeSpan)v).Ticks),
            _ when values.Any(v => v is DateTime) =>
                new Set<DateTimeReader, long>(ordinal, values, v => ((DateTime)v).Ticks),
            _ when column.Type.IsBinary() => new Binaries(ordinal, values),
            _ => new Texts(ordinal, values),
        };
    }

    sealed class Set<TReader, T>(int ordinal, object[] values, Func<object, T> unbox) : ValueMatcher
        where TReader : struct, ISourceReader<T>
        where T : struct
    {
        readonly T[] _values = [.. values.Select(unbox)];

        public override bool Matches(DbDataReader row) => Array.IndexOf(_values, TReader.Read(row, ordinal)) >= 0;
    }

    sealed class Numbers<TReader>(int ordinal, object[] values) : ValueMatcher
        where TReader : struct, ISourceReader<ExactNumber>
    {
        readonly ExactNumber[] _values =
        [
            .. values
                .Select(v => v is SqlDecimal wide ? ExactNumber.From(wide) : ExactNumber.From((decimal)v))
                .Select(n => n.Normalized()),
        ];

        public override bool Matches(DbDataReader row) =>
            Array.IndexOf(_values, TReader.Read(row, ordinal).Normalized()) >= 0;
    }

    sealed class Texts(int ordinal, object[] values) : ValueMatcher
    {
        readonly string[] _values = [.. values.Select(v => ((string)v).TrimEnd(' '))];

        public override bool Matches(DbDataReader row)
        {
            var text = row.GetString(ordinal).AsSpan().TrimEnd(' ');
            foreach (var value in _values)
            {
                if (text.SequenceEqual(value))
                    return true;
            }

            return false;
        }
    }

    sealed class Binaries(int ordinal, object[] values) : ValueMatcher
    {
        readonly byte[][] _values = [.. values.Cast<byte[]>()];

        public override bool Matches(DbDataReader row)
        {
            var bytes = row.GetFieldValue<byte[]>(ordinal);
            return Array.Exists(_values, v => bytes.AsSpan().SequenceEqual(v));
        }
    }
}
