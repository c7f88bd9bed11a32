using System.Collections.Immutable;
using LocalSqlServer.Types;

namespace LocalSqlServer.Storage;

/// <summary>
/// A database of the stand-in: tables and views by schema and name. Its collation compares these names, and those of
/// columns: in a case-sensitive one <c>Name</c> and <c>name</c> are two. Literals have its collation, too; a column has
/// that of its own type. Everything may be added and changed while the server runs.
/// </summary>
public sealed class LegacyDatabase
{
    readonly Lock _adding = new();
    ImmutableList<LegacyTable> _tables = [];
    ImmutableList<LegacyView> _views = [];
    ImmutableDictionary<string, ICatalogued> _byName;
    long _rowVersion = 2000;

    public LegacyDatabase(string name, Collation? collation = null)
    {
        (Name, Collation) = (name, collation ?? Collation.Default);
        Names = new NameComparer(Collation);
        _byName = ImmutableDictionary.Create<string, ICatalogued>(Names);
    }

    public string Name { get; }

    public Collation Collation { get; }

    public int CompatibilityLevel { get; init; } = 160;

    /// <summary>Whether a transaction may ask for SNAPSHOT isolation; otherwise it gets error 3952.</summary>
    public bool SnapshotIsolation { get; init; } = true;

    public bool ReadCommittedSnapshot { get; init; }

    /// <summary>Fixed roles that the login is a member of, such as <c>sysadmin</c> or <c>db_owner</c>; reading needs
    /// none.</summary>
    public ISet<string> LoginRoles { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Permissions that the login has beyond reading, such as <c>UNMASK</c> in the whole database or
    /// <c>INSERT dbo.Student</c>.</summary>
    public ISet<string> LoginPermissions { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyList<LegacyTable> Tables => _tables;

    public IReadOnlyList<LegacyView> Views => _views;

    /// <summary>The last rowversion given out; MIN_ACTIVE_ROWVERSION() is one more.</summary>
    public long RowVersion => Interlocked.Read(ref _rowVersion);

    internal NameComparer Names { get; }

    internal IEnumerable<ICatalogued> Objects => _tables.Concat<ICatalogued>(_views);

    /// <summary>Adds an empty table; describe it with the table's own methods.</summary>
    public LegacyTable AddTable(string schema, string table)
    {
        lock (_adding)
        {
            var added = new LegacyTable(this, schema, table, NextObjectId());
            _byName = _byName.Add($"{schema}.{table}", added);
            _tables = _tables.Add(added);
            return added;
        }
    }

    /// <summary>Adds a view <c>SELECT * FROM table</c>, with the columns that the table has now.</summary>
    public LegacyView AddView(string schema, string view, LegacyTable over)
    {
        lock (_adding)
        {
            var added = new LegacyView(schema, view, over, NextObjectId());
            _byName = _byName.Add($"{schema}.{view}", added);
            _views = _views.Add(added);
            return added;
        }
    }

    /// <summary>The table of a name like <c>dbo.Student</c> or <c>Student</c>.</summary>
    public LegacyTable Table(string name) => Find(null, name) as LegacyTable
        ?? throw new ArgumentException($"Database {Name} has no table {name}.", nameof(name));

    /// <summary>The view of a name like <c>dbo.Students</c>.</summary>
    public LegacyView View(string name) => Find(null, name) as LegacyView
        ?? throw new ArgumentException($"Database {Name} has no view {name}.", nameof(name));

    /// <summary>Tells that rows of a generated table carry rowversions up to this one.</summary>
    public void ReserveRowVersions(long last)
    {
        for (var seen = RowVersion; seen < last; seen = RowVersion)
            Interlocked.CompareExchange(ref _rowVersion, last, seen);
    }

    internal long NextRowVersion() => Interlocked.Increment(ref _rowVersion);

    internal ICatalogued? Find(string? schema, string name) =>
        _byName.GetValueOrDefault(schema is null && name.Contains('.', StringComparison.Ordinal)
            ? name
            : $"{schema ?? "dbo"}.{name}");

    int NextObjectId() => 1_000_000 + 1_000 * (_tables.Count + _views.Count);
}
