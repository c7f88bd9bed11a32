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

    int At(string column)
    {
        var at = _table.Ordinal(column);
        return at >= 0 ? at : throw new ArgumentException($"{_table.Name} has no column {column}.", nameof(column));
    }
}
