namespace LocalSqlServer.Storage;

/// <summary>An index: its key columns in order, all ascending.</summary>
public sealed record LegacyIndex(
    string Name, IReadOnlyList<string> Columns, bool Unique = false, bool Clustered = false, bool PrimaryKey = false);
