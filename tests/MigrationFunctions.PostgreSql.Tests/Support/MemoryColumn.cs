using System.Data;
using System.Data.SqlTypes;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.PostgreSql.Tests.Support;

/// <summary>A column's values, typed as SqlClient gives them.</summary>
abstract class MemoryColumn
{
    public abstract bool IsNull(int row);

    public abstract object Value(int row);

    public abstract void Add(object? value);

    public abstract void Set(int row, object? value);

    public static MemoryColumn For(SourceColumn column) => column.Type switch
    {
        SqlDbType.Bit => new MemoryColumn<bool>(),
        SqlDbType.TinyInt => new MemoryColumn<byte>(),
        SqlDbType.SmallInt => new MemoryColumn<short>(),
        SqlDbType.Int => new MemoryColumn<int>(),
        SqlDbType.BigInt => new MemoryColumn<long>(),
        SqlDbType.Decimal when column.Precision > 28 => new MemoryColumn<SqlDecimal>(),
        SqlDbType.Decimal or SqlDbType.Money or SqlDbType.SmallMoney => new MemoryColumn<decimal>(),
        SqlDbType.Real => new MemoryColumn<float>(),
        SqlDbType.Float => new MemoryColumn<double>(),
        SqlDbType.UniqueIdentifier => new MemoryColumn<Guid>(),
        SqlDbType.Date or SqlDbType.DateTime or SqlDbType.SmallDateTime or SqlDbType.DateTime2 =>
            new MemoryColumn<DateTime>(),
        SqlDbType.DateTimeOffset => new MemoryColumn<DateTimeOffset>(),
        SqlDbType.Time => new MemoryColumn<TimeSpan>(),
        SqlDbType.Binary or SqlDbType.VarBinary or SqlDbType.Image or SqlDbType.Timestamp => new MemoryColumn<byte[]>(),
        _ => new MemoryColumn<string>(),
    };
}

/// <summary>A column of one type: no boxing when it is read, so that what is measured is not the source.</summary>
sealed class MemoryColumn<T> : MemoryColumn
{
    readonly List<T> _values = [];
    readonly List<bool> _nulls = [];

    public T this[int row] => _values[row];

    public override bool IsNull(int row) => _nulls[row];

    public override object Value(int row) => _nulls[row] ? DBNull.Value : _values[row]!;

    public override void Add(object? value)
    {
        _values.Add(value is null ? default! : (T)value);
        _nulls.Add(value is null);
    }

    public override void Set(int row, object? value) =>
        (_values[row], _nulls[row]) = (value is null ? default! : (T)value, value is null);
}
