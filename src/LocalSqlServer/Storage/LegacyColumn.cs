using LocalSqlServer.Types;

namespace LocalSqlServer.Storage;

/// <summary>A column of a table of the stand-in.</summary>
/// <param name="Masked">The catalogue says that it has a masking function. Its values come unmasked all the same.</param>
public sealed record LegacyColumn(
    string Name, SqlType Type, bool Nullable = false, bool Identity = false, bool Masked = false)
{
    /// <summary>column_id of sys.columns: the positions of columns that were dropped are left out.</summary>
    internal int Id { get; init; }
}
