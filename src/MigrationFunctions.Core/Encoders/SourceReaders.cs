using System.Data.Common;
using System.Data.SqlTypes;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Reads one source type by its typed getter. Implemented by empty structs, so that the generic encoders are
/// compiled once for each type: no virtual call, no delegate, no boxing.</summary>
interface ISourceReader<out T>
{
    static abstract T Read(DbDataReader row, int ordinal);
}

readonly struct BitReader : ISourceReader<long>
{
    public static long Read(DbDataReader row, int ordinal) => row.GetBoolean(ordinal) ? 1 : 0;
}

readonly struct TinyIntReader : ISourceReader<long>
{
    public static long Read(DbDataReader row, int ordinal) => row.GetByte(ordinal);
}

readonly struct SmallIntReader : ISourceReader<long>
{
    public static long Read(DbDataReader row, int ordinal) => row.GetInt16(ordinal);
}

readonly struct IntReader : ISourceReader<long>
{
    public static long Read(DbDataReader row, int ordinal) => row.GetInt32(ordinal);
}

readonly struct BigIntReader : ISourceReader<long>
{
    public static long Read(DbDataReader row, int ordinal) => row.GetInt64(ordinal);
}

readonly struct RealReader : ISourceReader<double>
{
    public static double Read(DbDataReader row, int ordinal) => row.GetFloat(ordinal);
}

readonly struct FloatReader : ISourceReader<double>
{
    public static double Read(DbDataReader row, int ordinal) => row.GetDouble(ordinal);
}

readonly struct GuidReader : ISourceReader<Guid>
{
    public static Guid Read(DbDataReader row, int ordinal) => row.GetGuid(ordinal);
}

readonly struct TextReader : ISourceReader<string>
{
    public static string Read(DbDataReader row, int ordinal) => row.GetString(ordinal);
}

readonly struct BinaryReader : ISourceReader<byte[]>
{
    public static byte[] Read(DbDataReader row, int ordinal) => row.GetFieldValue<byte[]>(ordinal);
}

/// <summary>Local ticks (100 ns) since 0001-01-01.</summary>
readonly struct DateTimeReader : ISourceReader<long>
{
    public static long Read(DbDataReader row, int ordinal) => row.GetDateTime(ordinal).Ticks;
}

/// <summary>UTC ticks (100 ns) since 0001-01-01.</summary>
readonly struct DateTimeOffsetReader : ISourceReader<long>
{
    public static long Read(DbDataReader row, int ordinal) => row.GetFieldValue<DateTimeOffset>(ordinal).UtcTicks;
}

/// <summary>Ticks (100 ns) since midnight.</summary>
readonly struct TimeReader : ISourceReader<long>
{
    public static long Read(DbDataReader row, int ordinal) => row.GetFieldValue<TimeSpan>(ordinal).Ticks;
}

/// <summary>Decimals of at most 28 digits, and money.</summary>
readonly struct DecimalReader : ISourceReader<ExactNumber>
{
    public static ExactNumber Read(DbDataReader row, int ordinal) => ExactNumber.From(row.GetDecimal(ordinal));
}

/// <summary>Decimals of 29 to 38 digits, which do not all fit into <see cref="decimal"/>.</summary>
readonly struct WideDecimalReader : ISourceReader<ExactNumber>
{
    public static ExactNumber Read(DbDataReader row, int ordinal) =>
        ExactNumber.From(row.GetFieldValue<SqlDecimal>(ordinal));
}

/// <summary>Integers as numbers of scale 0.</summary>
readonly struct IntegerNumberReader<TReader> : ISourceReader<ExactNumber>
    where TReader : struct, ISourceReader<long>
{
    public static ExactNumber Read(DbDataReader row, int ordinal) => ExactNumber.From(TReader.Read(row, ordinal));
}
