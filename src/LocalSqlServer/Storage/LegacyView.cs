using LocalSqlServer.Types;

namespace LocalSqlServer.Storage;

/// <summary>
/// A view <c>SELECT * FROM table</c>. The star was resolved when the view was made: its columns stay those of that moment
/// until it is refreshed. Its rows are the table's present ones, column by column in their order, and so are the types that a
/// result tells.
/// </summary>
public sealed class LegacyView : ICatalogued
{
    readonly int _objectId;
    volatile IReadOnlyList<LegacyColumn> _columns = [];

    internal LegacyView(string schema, string name, LegacyTable over, int objectId)
    {
        (Schema, Name, Over, _objectId) = (schema, name, over, objectId);
        Refresh();
    }

    public string Schema { get; }

    public string Name { get; }

    /// <summary>The table whose rows it shows.</summary>
    public LegacyTable Over { get; }

    /// <summary>The columns that the catalogue shows.</summary>
    public IReadOnlyList<LegacyColumn> Columns => _columns;

    int ICatalogued.ObjectId => _objectId;

    /// <summary>Resolves the star again, as sp_refreshview does.</summary>
    public void Refresh() => _columns = [.. Over.Columns.Select((c, i) => c with { Id = i + 1 })];

    /// <summary>Its columns as a statement sees them: old names, present types.</summary>
    /// <exception cref="SqlServerException">4502: the table has fewer columns now.</exception>
    internal IReadOnlyList<LegacyColumn> ColumnsOver(TableDefinition present)
    {
        var columns = _columns;
        return columns.Count <= present.Columns.Count
            ? [.. columns.Select((c, i) => present.Columns[i] with { Name = c.Name })]
            : throw new SqlServerException(4502, 16, 1,
                $"View or function '{Schema}.{Name}' has more column names specified than columns defined.");
    }
}
