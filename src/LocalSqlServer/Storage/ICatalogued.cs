namespace LocalSqlServer.Storage;

/// <summary>A table or a view, as the catalogue lists it.</summary>
interface ICatalogued
{
    string Schema { get; }

    string Name { get; }

    int ObjectId { get; }

    /// <summary>As the catalogue shows them.</summary>
    IReadOnlyList<LegacyColumn> Columns { get; }
}
