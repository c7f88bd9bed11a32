using System.Runtime.CompilerServices;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>
/// The rows of a source in the order of some key columns: the clustered order, or the row numbers sorted by other
/// columns. The sorted numbers are kept as long as the version of the rows lives.
/// </summary>
sealed class KeyOrder
{
    static readonly ConditionalWeakTable<IRowSource, Dictionary<string, int[]>> Sorted = [];

    readonly IRowSource _rows;
    readonly int[]? _ordinals;
    readonly SqlValue[] _buffer;

    KeyOrder(IRowSource rows, int columns, int[]? ordinals)
    {
        _rows = rows;
        _ordinals = ordinals;
        _buffer = new SqlValue[columns];
    }

    public static KeyOrder Clustered(IRowSource rows, int columns) => new(rows, columns, null);

    public static KeyOrder By(IRowSource rows, IReadOnlyList<LegacyColumn> columns, int[] key)
    {
        var perSource = Sorted.GetOrCreateValue(rows);
        lock (perSource)
        {
            var name = string.Join(',', key);
            if (!perSource.TryGetValue(name, out var ordinals))
                perSource[name] = ordinals = Sort(rows, columns, key);
            return new(rows, columns.Count, ordinals);
        }
    }

    public long OrdinalAt(long position) => _ordinals is null ? position : _ordinals[position];

    /// <summary>
    /// The first position in [low, high) whose key column is not less than the value, or, with
    /// <paramref name="after"/>, greater than it.
    /// </summary>
    public long Find(long low, long high, int column, SqlValue value, bool after, Func<SqlValue, SqlValue>? convert, ValueComparer comparer)
    {
        var mask = 1UL << Math.Min(column, 63);
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            _rows.Read(OrdinalAt(middle), mask, _buffer);
            var key = _buffer[column];
            var order = comparer.Compare(convert is null || key.IsNull ? key : convert(key), value);
            if (order < 0 || (after && order == 0))
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    static int[] Sort(IRowSource rows, IReadOnlyList<LegacyColumn> columns, int[] key)
    {
        var ordinals = new int[rows.Count];
        for (var i = 0; i < ordinals.Length; i++)
            ordinals[i] = i;
        var buffer = new SqlValue[columns.Count];
        if (key is [var only] && columns[only] is { Nullable: false, Type.IsInteger: true })
        {
            var numbers = new long[ordinals.Length];
            for (var i = 0; i < numbers.Length; i++)
            {
                rows.Read(i, 1UL << Math.Min(only, 63), buffer);
                numbers[i] = buffer[only].Number;
            }
            Array.Sort(numbers, ordinals);
            return ordinals;
        }
        var mask = key.Aggregate(0UL, (all, column) => all | (1UL << Math.Min(column, 63)));
        var values = new SqlValue[ordinals.Length][];
        for (var i = 0; i < values.Length; i++)
        {
            rows.Read(i, mask, buffer);
            values[i] = [.. key.Select(column => buffer[column])];
        }
        var comparers = key.Select(column => ValueComparer.For(columns[column].Type)).ToArray();
        Array.Sort(values, ordinals, Comparer<SqlValue[]>.Create((x, y) => RowOrder.Compare(x, y, comparers)));
        return ordinals;
    }
}
