namespace LocalSqlServer.Types;

/// <summary>Compares the names of tables and columns, as a server does by the database's collation.</summary>
sealed class NameComparer(Collation collation) : IEqualityComparer<string>
{
    /// <summary>Whether <c>Name</c> and <c>name</c> are two names.</summary>
    public bool IsCaseSensitive { get; } = collation.Compare("a", "A") != 0;

    public bool Equals(string? x, string? y) =>
        string.Equals(x, y, StringComparison.Ordinal) || (x is not null && y is not null && collation.Compare(x, y) == 0);

    public int GetHashCode(string name) => collation.Hash(name);
}
