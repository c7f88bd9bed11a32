namespace LocalSqlServer.Storage;

/// <summary>
/// A foreign key as the catalogue shows it. The stand-in does not enforce it, as SQL Server does not enforce one that was
/// added WITH NOCHECK: that is how orphans come into a legacy database.
/// </summary>
public sealed record LegacyForeignKey(
    string Name, IReadOnlyList<string> Columns, string ReferencedTable, IReadOnlyList<string> ReferencedColumns,
    bool Trusted = false);
