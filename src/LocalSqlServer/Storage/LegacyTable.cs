using LocalSqlServer.Types;

namespace LocalSqlServer.Storage;

/// <summary>
/// A table: columns, indexes, foreign keys, and its rows either in memory or computed by an <see cref="IRowSource"/>. Every
/// change makes a new version of the rows; a reader keeps the version it began with, so it never sees half a change.
/// A change to a computed table first brings all its rows into memory.
/// </summary>
public sealed class LegacyTable
{
    readonly Lock _gate = new();
    readonly List<LegacyColumn> _columns = [];
    readonly List<LegacyIndex> _indexes = [];
    readonly List<LegacyForeignKey> _foreignKeys = [];
    IRowSource? _current = new MemoryRows([]);
    List<SqlValue[]>? _pending;
    long _identity;

    internal LegacyTable(LegacyDatabase database, string schema, string name, int objectId)
    {
        Database = database;
        Schema = schema;
        Name = name;
        ObjectId = objectId;
    }

    public LegacyDatabase Database { get; }

    public string Schema { get; }

    public string Name { get; }

    public IReadOnlyList<LegacyColumn> Columns => _columns;

    public IReadOnlyList<LegacyIndex> Indexes => _indexes;

    public IReadOnlyList<LegacyForeignKey> ForeignKeys => _foreignKeys;

    /// <summary>The latest version of the rows.</summary>
    public IRowSource Current
    {
        get
        {
            lock (_gate)
            {
                if (_current is null)
                {
                    _pending!.Sort(CompareClustered);
                    _current = new MemoryRows([.. _pending]);
                }
                return _current;
            }
        }
    }

    internal int ObjectId { get; }

    /// <summary>Positions of the columns of the clustered index; empty for a heap.</summary>
    internal int[] ClusteredKey { get; private set; } = [];

    public LegacyTable Column(string name, SqlType type, bool nullable = false, bool identity = false)
    {
        _columns.Add(new LegacyColumn(name, type, nullable, identity));
        return this;
    }

    /// <summary>Gives a column a masking function, as the catalogue tells; its values stay.</summary>
    public LegacyTable Mask(string column)
    {
        var ordinal = Ordinal(column);
        _columns[ordinal] = _columns[ordinal] with { Masked = true };
        return this;
    }

    public LegacyTable PrimaryKey(params string[] columns) =>
        Add(new LegacyIndex($"PK_{Name}", columns, Unique: true, Clustered: ClusteredKey.Length == 0, PrimaryKey: true));

    public LegacyTable Clustered(params string[] columns) =>
        Add(new LegacyIndex($"CX_{Name}", columns, Unique: false, Clustered: true));

    public LegacyTable Index(string name, bool unique, params string[] columns) =>
        Add(new LegacyIndex(name, columns, unique));

    public LegacyTable References(string column, string table, string referencedColumn, bool trusted = false)
    {
        _foreignKeys.Add(new LegacyForeignKey(
            $"FK_{Name}_{column}", [column], table, [referencedColumn], trusted));
        return this;
    }

    /// <summary>Gives the table computed rows; they must come in the order of the clustered index.</summary>
    public LegacyTable Rows(IRowSource source)
    {
        lock (_gate)
        {
            _pending = null;
            _current = source;
        }
        return this;
    }

    /// <summary>
    /// Adds a row of CLR values in column order. NULL in an identity or rowversion column asks for the next value.
    /// </summary>
    /// <exception cref="ArgumentException">The number of values or a value's type does not fit.</exception>
    public LegacyTable Add(params object?[] values)
    {
        if (values.Length != _columns.Count)
            throw new ArgumentException($"{Name} has {_columns.Count} columns, not {values.Length}.", nameof(values));
        var row = new SqlValue[values.Length];
        lock (_gate)
        {
            for (var i = 0; i < row.Length; i++)
                row[i] = Generated(i, ClrValues.ToSql(values[i], _columns[i].Type));
            Rows().Add(row);
            _current = null;
        }
        return this;
    }

    /// <summary>Changes every row that <paramref name="where"/> picks and gives it a new rowversion.</summary>
    /// <returns>The number of rows changed.</returns>
    public int Update(Func<LegacyRow, bool> where, Action<LegacyRow> change)
    {
        lock (_gate)
        {
            var rows = Rows();
            var changed = 0;
            for (var i = 0; i < rows.Count; i++)
            {
                if (!where(new LegacyRow(this, rows[i])))
                    continue;
                var copy = rows[i].ToArray();
                change(new LegacyRow(this, copy));
                Stamp(copy);
                rows[i] = copy;
                changed++;
            }
            _current = null;
            return changed;
        }
    }

    /// <returns>The number of rows deleted.</returns>
    public int Delete(Func<LegacyRow, bool> where)
    {
        lock (_gate)
        {
            var deleted = Rows().RemoveAll(row => where(new LegacyRow(this, row)));
            _current = null;
            return deleted;
        }
    }

    internal int Ordinal(string column) =>
        _columns.FindIndex(c => c.Name.Equals(column, StringComparison.OrdinalIgnoreCase));

    LegacyTable Add(LegacyIndex index)
    {
        _indexes.Add(index);
        if (index.Clustered)
            ClusteredKey = [.. index.Columns.Select(Ordinal)];
        return this;
    }

    List<SqlValue[]> Rows() => _pending ??= [.. MemoryRows.Materialise(_current!, _columns.Count)];

    SqlValue Generated(int column, SqlValue value)
    {
        if (_columns[column].Type.Kind == SqlKind.RowVersion && value.IsNull)
            return SqlValue.From(Database.NextRowVersion());
        if (!_columns[column].Identity)
            return value;
        _identity = value.IsNull ? _identity + 1 : Math.Max(_identity, value.Number);
        return value.IsNull ? SqlValue.From(_identity) : value;
    }

    void Stamp(SqlValue[] row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            if (_columns[i].Type.Kind == SqlKind.RowVersion)
                row[i] = SqlValue.From(Database.NextRowVersion());
        }
    }

    int CompareClustered(SqlValue[] x, SqlValue[] y)
    {
        foreach (var column in ClusteredKey)
        {
            var order = ValueComparer.For(_columns[column].Type).Compare(x[column], y[column]);
            if (order != 0)
                return order;
        }
        return 0;
    }
}
