using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Model;

/// <summary>A value that is selected of each row.</summary>
/// <param name="Name">As the result names it.</param>
/// <param name="Column">The column that the value is of: the table's own, or the key of the parent that
/// <paramref name="Parent"/> looks up.</param>
public sealed record SelectedColumn(string Name, SourceColumn Column, ParentKey? Parent = null)
{
    /// <summary>A column of the table itself.</summary>
    public static SelectedColumn Of(SourceColumn column) => new(column.Name, column);
}

/// <summary>The key of the row that a reference names, in that row's own spelling. The source looks it up by its own equality:
/// collations, padding and conversions are its affair.</summary>
/// <param name="Reference">The column of the child.</param>
/// <param name="Entity">The parent.</param>
/// <param name="Table">Its table.</param>
public sealed record ParentKey(SourceColumn Reference, EntityManifest Entity, SourceTable Table);
