using LocalSqlServer.Types;

namespace LocalSqlServer.Storage;

/// <summary>A column of a table of the stand-in.</summary>
public sealed record LegacyColumn(string Name, SqlType Type, bool Nullable = false, bool Identity = false);
