using System.Data;

namespace MigrationFunctions.Core.Model;

/// <summary>A source table as its catalogue describes it.</summary>
/// <param name="Name"><c>schema.table</c>, unquoted.</param>
/// <param name="NamesIgnoreCase">Whether the collation of the server's catalogue holds <c>Name</c> and <c>name</c> to be one
/// column, as most do.</param>
public sealed record SourceTable(
    string Name, IReadOnlyList<SourceColumn> Columns, IReadOnlyList<SourceIndex> Indexes, bool NamesIgnoreCase = true)
{
    /// <summary>What the server says of the rows that a statement would give; empty until it was asked. The catalogue describes
    /// a view as it was when the view was made, this describes what comes.</summary>
    public IReadOnlyList<DescribedColumn> Description { get; init; } = [];

    /// <summary>A view: its catalogue entries are those of the moment when it was made.</summary>
    public bool IsView { get; init; }

    /// <summary>What a name stands for: the column that is spelled so; else, where names ignore case, the only one that is equal
    /// without it. Never the first of several. Other differences that a collation may ignore (accents, width) are not
    /// ignored: such a name stands for nothing.</summary>
    public ColumnMatch Resolve(string name)
    {
        if (Columns.FirstOrDefault(c => c.Name == name) is { } exact)
            return new ColumnMatch([exact]);
        return new ColumnMatch(NamesIgnoreCase
            ? [.. Columns.Where(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase))]
            : []);
    }

    /// <summary>The column that a name stands for, or null for none and for an ambiguous one: <see cref="Resolve"/> tells
    /// which.</summary>
    public SourceColumn? Find(string name) => Resolve(name).Column;
}

/// <summary>The columns that a name could stand for.</summary>
public sealed record ColumnMatch(IReadOnlyList<SourceColumn> Candidates)
{
    /// <summary>The column, if there is exactly one.</summary>
    public SourceColumn? Column => Candidates is [var only] ? only : null;

    /// <summary>Whether there are several.</summary>
    public bool IsAmbiguous => Candidates.Count > 1;
}

/// <summary>A column of a source table.</summary>
/// <param name="Type">The type as the client knows it; <see cref="SqlDbType.Timestamp"/> is rowversion.</param>
/// <param name="Length">Characters or bytes for strings and binaries, -1 for <c>(max)</c>, 0 for other types.</param>
/// <param name="Precision">Digits of a decimal.</param>
/// <param name="Scale">Digits after the point of a decimal; fractional digits of a second for times.</param>
/// <param name="ForeignCollation">Collation of a char or varchar column whose code page is not the database's, else null: the
/// driver would write a parameter for it in the wrong one.</param>
/// <param name="Collation">By which the source compares the column's text; null for other types.</param>
public sealed record SourceColumn(
    string Name, SqlDbType Type, int Length, byte Precision, byte Scale, bool IsNullable, bool IsComputed = false,
    string? ForeignCollation = null, string? Collation = null);

/// <summary>An index of a source table, by its key columns in order.</summary>
public sealed record SourceIndex(string Name, bool IsUnique, bool IsClustered, IReadOnlyList<string> KeyColumns);
