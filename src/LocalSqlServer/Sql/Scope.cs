using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>The current row of one query block: the columns of its sources side by side.</summary>
sealed class Frame
{
    public SqlValue[] Row { get; private set; } = [];

    public int Reserve(int slots)
    {
        var first = Row.Length;
        Row = new SqlValue[first + slots];
        return first;
    }
}

/// <summary>A column that names resolve to, and the slot of the frame that holds its value.</summary>
sealed class ScopeColumn(Frame frame, int slot, string name, SqlType type, bool nullable, Relation? source)
{
    public Frame Frame { get; } = frame;

    public int Slot { get; } = slot;

    public string Name { get; } = name;

    public SqlType Type { get; } = type;

    public bool Nullable { get; set; } = nullable;

    public bool Identity { get; init; }

    /// <summary>Of text: where its collation comes from.</summary>
    public Coercibility Coercibility { get; init; } = new(CollationLabel.Implicit);

    public Relation? Source { get; } = source;

    /// <summary>Whether any expression reads it; columns that none reads are not computed.</summary>
    public bool Used { get; set; }
}

/// <summary>What names mean in one query block: its sources, then those of the blocks around it.</summary>
/// <param name="names">How the database compares names.</param>
sealed class Scope(Scope? outer, NameComparer names)
{
    readonly List<(string? Schema, string Alias, Relation Relation)> _sources = [];

    public Frame Frame { get; } = new();

    /// <summary>Common table expressions by name.</summary>
    public Dictionary<string, CommonTable> CommonTables { get; } = new(names);

    public Scope? Outer { get; } = outer;

    /// <summary>Set once the block's rows are grouped: its select list, and subqueries in there, see group keys and
    /// aggregates.</summary>
    public Grouping? Grouping { get; set; }

    public IEnumerable<ScopeColumn> AllColumns => _sources.SelectMany(s => s.Relation.Columns);

    public void Add(string? schema, string alias, Relation relation)
    {
        if (alias.Length > 0 && _sources.Any(s => Same(s.Alias, alias) && Same(s.Schema ?? "", schema ?? "")))
        {
            throw new SqlServerException(1013, 16, 1,
                $"The objects \"{alias}\" and \"{alias}\" in the FROM clause have the same exposed names. "
                + "Use correlation names to distinguish them.");
        }
        _sources.Add((schema, alias, relation));
    }

    public IEnumerable<ScopeColumn> ColumnsOf(IReadOnlyList<string> qualifier)
    {
        var matches = _sources.Where(s => Matches(s.Schema, s.Alias, qualifier)).ToList();
        return matches.Count > 0
            ? matches[0].Relation.Columns
            : throw new SqlServerException(107, 15, 1,
                $"The column prefix '{string.Join('.', qualifier)}' does not match with a table name or alias name used in the query.");
    }

    /// <summary>Finds a column in this block or one around it.</summary>
    /// <exception cref="SqlServerException">207 or 4104 unknown, 209 ambiguous.</exception>
    public ScopeColumn Resolve(IReadOnlyList<string> parts)
    {
        var qualifier = parts.Take(parts.Count - 1).ToList();
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            var found = scope._sources
                .Where(s => qualifier.Count == 0 || Matches(s.Schema, s.Alias, qualifier))
                .SelectMany(s => s.Relation.Columns)
                .Where(c => Same(c.Name, parts[^1]))
                .ToList();
            if (found.Count > 1)
                throw new SqlServerException(209, 16, 1, $"Ambiguous column name '{parts[^1]}'.");
            if (found.Count == 1)
            {
                found[0].Used = true;
                return found[0];
            }
        }
        throw qualifier.Count == 0 || IsSource(qualifier)
            ? SqlServerException.UnknownColumn(parts[^1])
            : SqlServerException.UnboundIdentifier(string.Join('.', parts));
    }

    /// <summary>The block that a column's source is in; null for a column of no source.</summary>
    public Scope? OwnerOf(ScopeColumn column)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.Frame == column.Frame)
                return scope;
        }
        return null;
    }

    public CommonTable? FindCommonTable(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope.CommonTables.TryGetValue(name, out var table))
                return table;
        }
        return null;
    }

    bool IsSource(IReadOnlyList<string> qualifier)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._sources.Any(s => Matches(s.Schema, s.Alias, qualifier)))
                return true;
        }
        return false;
    }

    bool Matches(string? schema, string alias, IReadOnlyList<string> qualifier) =>
        Same(alias, qualifier[^1]) && (qualifier.Count == 1 || Same(schema ?? "", qualifier[^2]));

    bool Same(string left, string right) => names.Equals(left, right);
}
