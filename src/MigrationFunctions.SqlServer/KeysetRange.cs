namespace MigrationFunctions.SqlServer;

/// <summary>The rows behind one boundary of a key and up to another as conditions of which each is one seek: equal leading columns,
/// then a range of one column. No row fulfils two of them, and in their order they are in the key's order. A single condition,
/// <c>a &gt;= @a AND (a &gt; @a OR ...)</c>, would read all rows that share the first column with a boundary, for every
/// batch.</summary>
static class KeysetRange
{
    /// <param name="columns">The key's columns, quoted.</param>
    /// <param name="after">Parameters of the boundary that the rows come after; null for none.</param>
    /// <param name="upTo">Parameters of the boundary that is the last row's; null for none.</param>
    /// <param name="shared">Leading columns in which both boundaries have one value.</param>
    public static IReadOnlyList<string> Conditions(
        IReadOnlyList<string> columns, IReadOnlyList<string>? after, IReadOnlyList<string>? upTo, int shared)
    {
        var last = columns.Count - 1;
        // Where the boundaries part. The last column's range has both ends.
        var part = Math.Min(shared, last);
        if (after is null && upTo is null)
            return ["1 = 1"];
        if (part == last)
            return [All([.. Equal(after ?? upTo, last), Above(last, after), Below(last, upTo, isLast: true)])];
        var conditions = new List<string>();
        // The source may hold values to be equal that are not the same. Then these conditions have all rows, and the later ones none.
        for (var i = last; after is not null && i > part; i--)
            conditions.Add(All([.. Equal(after, i), Above(i, after), upTo is null ? null : UpTo(columns, upTo, part)]));
        conditions.Add(All([.. Equal(after ?? upTo, part), Above(part, after), Below(part, upTo, isLast: false)]));
        for (var i = part + 1; upTo is not null && i <= last; i++)
            conditions.Add(All([.. Equal(upTo, i), Below(i, upTo, isLast: i == last), Above(part, after)]));
        return conditions;

        IEnumerable<string?> Equal(IReadOnlyList<string>? boundary, int count) =>
            Enumerable.Range(0, count).Select(i => $"{columns[i]} = {boundary![i]}");
        string? Above(int i, IReadOnlyList<string>? boundary) => boundary is null ? null : $"{columns[i]} > {boundary[i]}";
        string? Below(int i, IReadOnlyList<string>? boundary, bool isLast) =>
            boundary is null ? null : $"{columns[i]} {(isLast ? "<=" : "<")} {boundary[i]}";
    }

    /// <summary>The same as one condition, for rows that something else seeks.</summary>
    public static string Condition(IReadOnlyList<string> columns, IReadOnlyList<string>? after, IReadOnlyList<string> upTo) =>
        All([after is null ? null : $"NOT {UpTo(columns, after, 0)}", UpTo(columns, upTo, 0)]);

    // (a, b) <= (@a, @b), spelled out.
    static string UpTo(IReadOnlyList<string> columns, IReadOnlyList<string> boundary, int from)
    {
        var text = $"{columns[^1]} <= {boundary[^1]}";
        for (var i = columns.Count - 2; i >= from; i--)
            text = $"{columns[i]} < {boundary[i]} OR {columns[i]} = {boundary[i]} AND ({text})";
        return $"({text})";
    }

    static string All(IEnumerable<string?> conditions) => string.Join(" AND ", conditions.Where(c => c is not null));
}
