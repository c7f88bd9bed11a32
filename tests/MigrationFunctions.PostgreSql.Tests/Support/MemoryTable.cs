using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.PostgreSql.Tests.Support;

/// <summary>A legacy table: rows in the order of their key, as they were added.</summary>
sealed class MemoryTable(SourceTable table, string tenantColumn, params string[] key)
{
    readonly MemoryColumn[] _columns = [.. table.Columns.Select(MemoryColumn.For)];
    readonly Dictionary<string, List<int>> _byTenant = new(StringComparer.Ordinal);
    readonly Dictionary<(string Tenant, string Boundary), int> _boundaries = [];
    readonly List<double> _places = [];
    int _count;

    public SourceTable Table => table;

    /// <summary>Called with the number of each row before it is read.</summary>
    public Action<int>? OnRead { get; set; }

    /// <summary>Adds a row; columns that are not named are NULL.</summary>
    public void Add(params (string Column, object? Value)[] values)
    {
        for (var i = 0; i < _columns.Length; i++)
            _columns[i].Add(values.LastOrDefault(v => v.Column == table.Columns[i].Name).Value);
        var tenant = _columns[Ordinal(tenantColumn)].IsNull(_count) ? "" : KeyText.Format(
            new MemoryRowAt(_columns, _count).Rows, [Ordinal(tenantColumn)], [table.Find(tenantColumn)!]);
        if (!_byTenant.TryGetValue(tenant, out var rows))
            _byTenant[tenant] = rows = [];
        _boundaries[(tenant, BoundaryOf(_count))] = _count;
        _places.Add(_count);
        rows.Add(_count++);
    }

    /// <summary>Moves the row that was added last to a place among its tenant's: its key lies there.</summary>
    public void MoveLast(string tenant, int place)
    {
        var rows = _byTenant[tenant];
        var last = rows[^1];
        rows.RemoveAt(rows.Count - 1);
        _places[last] = (_places[rows[place]] + (place > 0 ? _places[rows[place - 1]] : -1)) / 2;
        rows.Insert(place, last);
    }

    /// <summary>Has both tenants own each other's rows, as tenants do whose keys the source holds to be equal.</summary>
    public void Merge(string one, string other)
    {
        foreach (var (key, row) in _boundaries.ToList())
            if (key.Tenant == one || key.Tenant == other)
                _boundaries[(one, key.Boundary)] = _boundaries[(other, key.Boundary)] = row;
        _byTenant[one] = _byTenant[other] = [.. _byTenant[one].Concat(_byTenant[other]).OrderBy(row => _places[row])];
    }

    /// <summary>Takes the row at a place among its tenant's away.</summary>
    public void Remove(string tenant, int place) => _byTenant[tenant].RemoveAt(place);

    /// <summary>Changes a column of the tenant's rows that have this key.</summary>
    public void Set(string tenant, string keyText, string column, object? value)
    {
        foreach (var row in WithKey(tenant, keyText))
            this[column].Set(row, value);
    }

    /// <summary>Deletes the tenant's rows that have this key.</summary>
    public void Delete(string tenant, string keyText)
    {
        var gone = WithKey(tenant, keyText).ToHashSet();
        _byTenant[tenant].RemoveAll(gone.Contains);
    }

    /// <summary>How many of the tenant's rows stand up to a boundary, that of a row which is gone included.</summary>
    public int RowsUpTo(string tenant, string boundary)
    {
        var last = _boundaries[(tenant, boundary)];
        return RowsOf(tenant).Count(row => _places[row] <= _places[last]);
    }

    /// <summary>Numbers of the tenant's rows, in the order of their key.</summary>
    public IReadOnlyList<int> RowsOf(string tenant) => _byTenant.GetValueOrDefault(tenant) ?? [];

    public IEnumerable<string> Tenants => _byTenant.Keys;

    public MemoryColumn this[string column] => _columns[Ordinal(column)];

    public MemoryRows Read(IEnumerable<string> columns, IReadOnlyList<int> rows) =>
        new([.. columns.Select(c => _columns[Ordinal(c)])], rows, OnRead);

    public string BoundaryOf(int row) => KeyBoundary.Write([.. key.Select(k => this[k].Value(row))]);

    public string KeyTextOf(int row) => KeyText.Format(
        new MemoryRowAt(_columns, row).Rows, [.. key.Select(Ordinal)], [.. key.Select(k => table.Find(k)!)]);

    List<int> WithKey(string tenant, string keyText) => [.. RowsOf(tenant).Where(row => KeyTextOf(row) == keyText)];

    int Ordinal(string column)
    {
        for (var i = 0; i < table.Columns.Count; i++)
            if (string.Equals(table.Columns[i].Name, column, StringComparison.OrdinalIgnoreCase))
                return i;
        throw new ArgumentException($"Table {table.Name} has no column {column}.", nameof(column));
    }

    readonly struct MemoryRowAt
    {
        public MemoryRowAt(MemoryColumn[] columns, int row)
        {
            Rows = new MemoryRows(columns, [row]);
            Rows.Read();
        }

        public MemoryRows Rows { get; }
    }
}
