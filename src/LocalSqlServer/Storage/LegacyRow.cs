using LocalSqlServer.Types;

namespace LocalSqlServer.Storage;

/// <summary>A row in the hands of a test: CLR values by column name, NULL as null.</summary>
public readonly struct LegacyRow
{
    readonly LegacyTable _table;
    readonly SqlValue[] _values;

    internal LegacyRow(LegacyTable table, SqlValue[] values)
    {
        _table = table;
        _values = values;
    }

    public object? this[string column]
    {
        get => ClrValues.ToClr(_values[At(column)], _table.Columns[At(column)].Type);
        set => _values[At(column)] = ClrValues.ToSql(value, _table.Columns[At(column)].Type);
    }

    /// <summary>Whether the column holds that value, as the server's <c>=</c> says.</summary>
    public bool Has(string column, object value)
    {
        var type = _table.Columns[At(column)].Type;
        var held = _values[At(column)];
        var asked = ClrValues.ToSql(value, type);
        return !held.IsNull && ValueComparer.For(type).CompareValues(in held, in asked) == 0;
    }

    int At(string column)
    {
        var at = _table.Ordinal(column);
        return at >= 0 ? at : throw new ArgumentException($"{_table.Name} has no column {column}.", nameof(column));
    }
}
