using LocalSqlServer.Types;

namespace LocalSqlServer.Storage;

/// <summary>
/// A table: columns, indexes, foreign keys, and its rows either in memory or computed by an <see cref="IRowSource"/>. Every
/// change makes a new version of the table; a reader keeps the version it began with, so it never sees half a change.
/// A change to a computed table first brings all its rows into memory.
/// </summary>
public sealed class LegacyTable : ICatalogued
{
    readonly Lock _gate = new();
    volatile TableDefinition _definition;
    IRowSource? _current = new MemoryRows([]);
    List<SqlValue[]>? _pending;
    long _identity;

    internal LegacyTable(LegacyDatabase database, string schema, string name, int objectId)
    {
        Database = database;
        Schema = schema;
        Name = name;
        ObjectId = objectId;
        _definition = new(name, database.Names);
    }

    public LegacyDatabase Database { get; }

    public string Schema { get; }

    public string Name { get; }

    public IReadOnlyList<LegacyColumn> Columns => _definition.Columns;

    public IReadOnlyList<LegacyIndex> Indexes => _definition.Indexes;

    public IReadOnlyList<LegacyForeignKey> ForeignKeys => _definition.ForeignKeys;

    /// <summary>The latest version of the rows.</summary>
    public IRowSource Current => Version.Rows;

    /// <summary>Rows that statements have looked at, whether or not they came into a result.</summary>
    public RowMeter Scanned { get; } = new();

    internal TableDefinition Definition => _definition;

    /// <summary>The latest version of the table.</summary>
    internal TableVersion Version
    {
        get
        {
            lock (_gate)
            {
                if (_current is null)
                {
                    _pending!.Sort(ByClusteredKey());
                    _current = new MemoryRows([.. _pending]);
                }
                return new(_definition, _current, Scanned);
            }
        }
    }

    internal int ObjectId { get; }

    int ICatalogued.ObjectId => ObjectId;

    public LegacyTable Column(string name, SqlType type, bool nullable = false, bool identity = false)
    {
        _definition = _definition.Add(new LegacyColumn(name, type, nullable, identity));
        return this;
    }

    /// <summary>Gives a column a masking function, as the catalogue tells; its values stay.</summary>
    public LegacyTable Mask(string column)
    {
        var columns = _definition.Columns;
        var ordinal = Ordinal(column);
        _definition = _definition with { Columns = columns.SetItem(ordinal, columns[ordinal] with { Masked = true }) };
        return this;
    }

    public LegacyTable PrimaryKey(params string[] columns) =>
        Add(new LegacyIndex($"PK_{Name}", columns, Unique: true, Clustered: _definition.ClusteredKey.Length == 0, PrimaryKey: true));

    public LegacyTable Clustered(params string[] columns) =>
        Add(new LegacyIndex($"CX_{Name}", columns, Unique: false, Clustered: true));

    public LegacyTable Index(string name, bool unique, params string[] columns) =>
        Add(new LegacyIndex(name, columns, unique));

    public LegacyTable References(string column, string table, string referencedColumn, bool trusted = false)
    {
        var key = new LegacyForeignKey($"FK_{Name}_{column}", [column], table, [referencedColumn], trusted);
        _definition = _definition with { ForeignKeys = _definition.ForeignKeys.Add(key) };
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
        if (values.Length != Columns.Count)
            throw new ArgumentException($"{Name} has {Columns.Count} columns, not {values.Length}.", nameof(values));
        var row = new SqlValue[values.Length];
        lock (_gate)
        {
            for (var i = 0; i < row.Length; i++)
                row[i] = Generated(i, ClrValues.ToSql(values[i], Columns[i].Type));
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

    /// <summary>Adds a column at the end, as ALTER TABLE does.</summary>
    /// <param name="value">What it holds in the rows that are there.</param>
    /// <exception cref="SqlServerException">The server would refuse it, too.</exception>
    public LegacyTable AddColumn(string name, SqlType type, bool nullable = false, object? value = null)
    {
        lock (_gate)
        {
            var rows = Rows();
            var definition = _definition.Add(new LegacyColumn(name, type, nullable));
            var isNumbered = type.Kind == SqlKind.RowVersion;
            var initial = ColumnChange.Initial(value, definition.Columns[^1], hasRows: rows.Count > 0 && !isNumbered);
            for (var i = 0; i < rows.Count; i++)
                rows[i] = [.. rows[i], isNumbered ? SqlValue.From(Database.NextRowVersion()) : initial];
            (_definition, _current) = (definition, null);
        }
        return this;
    }

    /// <exception cref="SqlServerException">The server would refuse it, too.</exception>
    public LegacyTable DropColumn(string name)
    {
        lock (_gate)
        {
            var at = Existing(name, "DROP COLUMN");
            var definition = _definition.Drop(at);
            var rows = Rows();
            for (var i = 0; i < rows.Count; i++)
                rows[i] = [.. rows[i][..at], .. rows[i][(at + 1)..]];
            (_definition, _current) = (definition, null);
        }
        return this;
    }

    /// <summary>Changes a column's type and nullability; its values become that type.</summary>
    /// <exception cref="SqlServerException">The server would refuse it, too.</exception>
    public LegacyTable AlterColumn(string name, SqlType type, bool nullable)
    {
        lock (_gate)
        {
            var at = Existing(name, "ALTER COLUMN");
            var definition = _definition.Alter(at, type, nullable);
            var rows = Rows();
            SqlValue[] values =
                [.. rows.Select(row => ColumnChange.Convert(row[at], _definition.Columns[at], definition.Columns[at]))];
            for (var i = 0; i < rows.Count; i++)
                rows[i] = [.. rows[i][..at], values[i], .. rows[i][(at + 1)..]];
            (_definition, _current) = (definition, null);
        }
        return this;
    }

    internal int Ordinal(string column) => _definition.Ordinal(column);

    int Existing(string column, string change) => Ordinal(column) is >= 0 and var at
        ? at
        : throw new SqlServerException(4924, 16, 1,
            $"ALTER TABLE {change} failed because column '{column}' does not exist in table '{Name}'.");

    LegacyTable Add(LegacyIndex index)
    {
        _definition = _definition with { Indexes = _definition.Indexes.Add(index) };
        return this;
    }

    List<SqlValue[]> Rows() => _pending ??= [.. MemoryRows.Materialise(_current!, Columns.Count)];

    SqlValue Generated(int column, SqlValue value)
    {
        if (Columns[column].Type.Kind == SqlKind.RowVersion && value.IsNull)
            return SqlValue.From(Database.NextRowVersion());
        if (!Columns[column].Identity)
            return value;
        _identity = value.IsNull ? _identity + 1 : Math.Max(_identity, value.Number);
        return value.IsNull ? SqlValue.From(_identity) : value;
    }

    void Stamp(SqlValue[] row)
    {
        for (var i = 0; i < row.Length; i++)
        {
            if (Columns[i].Type.Kind == SqlKind.RowVersion)
                row[i] = SqlValue.From(Database.NextRowVersion());
        }
    }

    Comparison<SqlValue[]> ByClusteredKey()
    {
        var key = _definition.ClusteredKey;
        var comparers = key.Select(column => ValueComparer.For(Columns[column].Type)).ToArray();
        return (x, y) =>
        {
            for (var i = 0; i < key.Length; i++)
            {
                var order = comparers[i].Compare(x[key[i]], y[key[i]]);
                if (order != 0)
                    return order;
            }
            return 0;
        };
    }
}
