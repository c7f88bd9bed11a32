namespace MigrationFunctions.Core.Model;

/// <summary>Rows of one side.</summary>
/// <param name="Deleted">Those among them that are marked as deleted; null where the manifest names no such mark.</param>
public sealed record SideCount(long Rows, long? Deleted);
