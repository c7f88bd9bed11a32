using System.Collections.Immutable;
using LocalSqlServer.Types;

namespace LocalSqlServer.Storage;

/// <summary>What a table is at one moment: its columns, indexes and foreign keys. A change makes another definition.</summary>
sealed record TableDefinition(string Table, NameComparer Names)
{
    public ImmutableList<LegacyColumn> Columns { get; init; } = [];

    public ImmutableList<LegacyIndex> Indexes { get; init; } = [];

    public ImmutableList<LegacyForeignKey> ForeignKeys { get; init; } = [];

    /// <summary>The highest column_id that was ever given; those of dropped columns are not given again.</summary>
    public int LastColumnId { get; init; }

    /// <summary>Positions of the columns of the clustered index; empty for a heap.</summary>
    public int[] ClusteredKey => Indexes.Find(i => i.Clustered) is { } index ? [.. index.Columns.Select(Ordinal)] : [];

    /// <summary>The position of a column; -1 if there is none.</summary>
    public int Ordinal(string column) => Columns.FindIndex(c => Names.Equals(c.Name, column));

    /// <exception cref="SqlServerException">2705: there is such a column.</exception>
    public TableDefinition Add(LegacyColumn column) => Ordinal(column.Name) >= 0
        ? throw new SqlServerException(2705, 16, 4,
            $"Column names in each table must be unique. Column name '{column.Name}' in table '{Table}' is specified more than once.")
        : this with { Columns = Columns.Add(column with { Id = LastColumnId + 1 }), LastColumnId = LastColumnId + 1 };

    /// <exception cref="SqlServerException">4922: an index or a foreign key has the column.</exception>
    public TableDefinition Drop(int column)
    {
        RequireFree(column, "DROP COLUMN");
        return this with { Columns = Columns.RemoveAt(column) };
    }

    /// <exception cref="SqlServerException">4922: an index or a foreign key has the column, and it does not only grow; or its
    /// values are the server's own.</exception>
    public TableDefinition Alter(int column, SqlType type, bool nullable)
    {
        var old = Columns[column];
        var grows = type == old.Type with { Length = type.Length } && (type.IsMax || type.Length >= old.Type.Length);
        if (!grows || nullable != old.Nullable)
            RequireFree(column, "ALTER COLUMN");
        if (old.Identity || old.Type.Kind == SqlKind.RowVersion)
            throw Failed("ALTER COLUMN", old.Name);
        return this with { Columns = Columns.SetItem(column, old with { Type = type, Nullable = nullable }) };
    }

    void RequireFree(int column, string change)
    {
        var name = Columns[column].Name;
        if (Indexes.Exists(i => i.Columns.Contains(name, Names)) || ForeignKeys.Exists(k => k.Columns.Contains(name, Names)))
            throw Failed(change, name);
    }

    static SqlServerException Failed(string change, string column) => new(4922, 16, 9,
        $"ALTER TABLE {change} {column} failed because one or more objects access this column.");
}

/// <summary>A table at one moment, as a statement sees it: what it is, and its rows.</summary>
sealed record TableVersion(TableDefinition Definition, IRowSource Rows, RowMeter Scanned);
