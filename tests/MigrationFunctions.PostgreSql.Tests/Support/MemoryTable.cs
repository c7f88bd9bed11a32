using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.PostgreSql.Tests.Support;

/// <summary>A legacy table: rows in the order of their key, as they were added.</summary>
sealed class MemoryTable(SourceTable table, string tenantColumn, params string[] key)
{
    readonly MemoryColumn[] _columns = [.. table.Columns.Select(MemoryColumn.For)];
    readonly Dictionary<string, List<int>> _byTenant = new(StringComparer.Ordinal);
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
        rows.Add(_count++);
    }

    /// <summary>Moves the row that was added last to a place among its tenant's: its key lies there.</summary>
    public void MoveLast(string tenant, int place)
    {
        var rows = _byTenant[tenant];
        var last = rows[^1];
        rows.RemoveAt(rows.Count - 1);
        rows.Insert(place, last);
    }

    /// <summary>Takes the row at a place among its tenant's away.</summary>
    public void Remove(string tenant, int place) => _byTenant[tenant].RemoveAt(place);

    /// <summary>Numbers of the tenant's rows, in the order of their key.</summary>
    public IReadOnlyList<int> RowsOf(string tenant) => _byTenant.GetValueOrDefault(tenant) ?? [];

    public IEnumerable<string> Tenants => _byTenant.Keys;

    public MemoryColumn this[string column] => _columns[Ordinal(column)];

    public MemoryRows Read(IEnumerable<string> columns, IReadOnlyList<int> rows) =>
        new([.. columns.Select(c => _columns[Ordinal(c)])], rows, OnRead);

    public string BoundaryOf(int row) => KeyBoundary.Write([.. key.Select(k => this[k].Value(row))]);

    public string KeyTextOf(int row) => KeyText.Format(
        new MemoryRowAt(_columns, row).Rows, [.. key.Select(Ordinal)], [.. key.Select(k => table.Find(k)!)]);

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
