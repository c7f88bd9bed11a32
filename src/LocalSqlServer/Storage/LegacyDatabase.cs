using LocalSqlServer.Types;

namespace LocalSqlServer.Storage;

/// <summary>
/// A database of the stand-in: tables by schema and name, without regard to case. Tables may be added before the server
/// starts; rows of a table may change at any time.
/// </summary>
public sealed class LegacyDatabase(string name, Collation? collation = null)
{
    readonly List<LegacyTable> _tables = [];
    readonly Dictionary<string, LegacyTable> _byName = new(StringComparer.OrdinalIgnoreCase);
    long _rowVersion = 2000;

    public string Name { get; } = name;

    public Collation Collation { get; } = collation ?? Collation.Default;

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

    /// <summary>The last rowversion given out; MIN_ACTIVE_ROWVERSION() is one more.</summary>
    public long RowVersion => Interlocked.Read(ref _rowVersion);

    /// <summary>Adds an empty table; describe it with the table's own methods.</summary>
    public LegacyTable AddTable(string schema, string table)
    {
        var added = new LegacyTable(this, schema, table, objectId: 1_000_000 + 1_000 * _tables.Count);
        _byName.Add($"{schema}.{table}", added);
        _tables.Add(added);
        return added;
    }

    /// <summary>The table of a name like <c>dbo.Student</c> or <c>Student</c>.</summary>
    public LegacyTable Table(string name) =>
        FindTable(null, name) ?? throw new ArgumentException($"Database {Name} has no table {name}.", nameof(name));

    /// <summary>Tells that rows of a generated table carry rowversions up to this one.</summary>
    public void ReserveRowVersions(long last)
    {
        for (var seen = RowVersion; seen < last; seen = RowVersion)
            Interlocked.CompareExchange(ref _rowVersion, last, seen);
    }

    internal long NextRowVersion() => Interlocked.Increment(ref _rowVersion);

    internal LegacyTable? FindTable(string? schema, string name) =>
        _byName.GetValueOrDefault(schema is null && name.Contains('.', StringComparison.Ordinal)
            ? name
            : $"{schema ?? "dbo"}.{name}");
}
