using System.Data;
using System.Globalization;
using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.SqlServer;

/// <summary>The statements that read a slice. Identifiers are quoted, values are parameters of the column's own type: a
/// parameter of another type would make SQL Server convert the column and scan.</summary>
static class SourceSql
{
    const string RowNumber = "[migration:row_number]";
    const string Next = "[migration:next]";
    const string Tenant = "@tenant";

    /// <summary><c>[schema].[table]</c>; a closing bracket within a name is doubled.</summary>
    public static string Table(string name) => string.Join('.', name.Split('.', 2).Select(Quote));

    public static string Quote(string identifier) => $"[{identifier.Replace("]", "]]", StringComparison.Ordinal)}]";

    /// <summary>1 for a row that is marked as deleted, else NULL.</summary>
    public static string IfDeleted(SourceColumn mark) =>
        $"CASE WHEN {Quote(mark.Name)} {(mark.Type.IsFlag() ? "<> 0" : "IS NOT NULL")} THEN 1 END";

    /// <summary>No row, described as the rows of the table would be.</summary>
    public static string Describe(string table) => $"SELECT * FROM {Table(table)} WHERE 1 = 0";

    /// <summary>The rows of a range; before them, in a result of its own, what the table is described as now.</summary>
    public static SqlCommand SelectRange(
        SqlConnection connection, SourceSlice slice, BatchRange range, IReadOnlyList<SelectedColumn> columns)
    {
        var command = connection.CreateCommand();
        var selection = Selection(command, slice, columns);
        var reads = Ranges(command, slice, range.After, range.UpTo).Select(
            where => $"SELECT {selection} FROM {Table(slice.Table.Name)} AS [c] WHERE {where}");
        command.CommandText =
            $"""
            {Describe(slice.Table.Name)};
            {string.Join("\nUNION ALL ", reads)}
            ORDER BY {KeyList(slice)}
            """;
        return command;
    }

    /// <summary>Single rows by their legacy keys, at most <see cref="ISourceDatabase.MostKeyValues"/> values of key columns. A range
    /// that they are known to be in stays in the statement, so that even a scan is one of the batch and not of the
    /// table.</summary>
    public static SqlCommand SelectKeys(
        SqlConnection connection, SourceSlice slice, BatchRange? range, IReadOnlyList<SelectedColumn> columns,
        IReadOnlyCollection<string> legacyKeys)
    {
        var command = connection.CreateCommand();
        var where = range is null ? OfTenant(command, slice) : Range(command, slice, range);
        var key = KeyColumns(slice);
        var values = legacyKeys.Select((legacyKey, n) => BindKey(command, slice, key, legacyKey, n)).ToList();
        // A list on one column is a seek for each value; several columns have no list.
        var wanted = key.Count == 1
            ? $"{Quote(key[0].Name)} IN ({string.Join(", ", values.Select(n => n[0]))})"
            : $"({string.Join(" OR ", values.Select(n => string.Join(" AND ", key.Zip(n, (k, value) => $"{Quote(k.Name)} = {value}"))))})";
        command.CommandText =
            $"""
            {Describe(slice.Table.Name)};
            SELECT {Selection(command, slice, columns)} FROM {Table(slice.Table.Name)} AS [c] WHERE {where} AND {wanted}
            """;
        return command;
    }

    static List<string> BindKey(
        SqlCommand command, SourceSlice slice, IReadOnlyList<SourceColumn> key, string legacyKey, int number)
    {
        if (!KeyText.TryParse(legacyKey, key, out var values))
            throw new ArgumentException($"A legacy key of {slice} cannot be read back.", nameof(legacyKey));
        return [.. key.Select((column, i) => Bind(
            command, string.Create(CultureInfo.InvariantCulture, $"@key{number}_{i}"), column, values[i]))];
    }

    public static SqlCommand CountRange(SqlConnection connection, SourceSlice slice, BatchRange range)
    {
        var command = connection.CreateCommand();
        var counts = Ranges(command, slice, range.After, range.UpTo).Select(
            where => $"SELECT COUNT_BIG(*) AS [n] FROM {Table(slice.Table.Name)} WHERE {where}");
        command.CommandText = $"SELECT CAST(SUM([n]) AS bigint) FROM ({string.Join(" UNION ALL ", counts)}) AS [counted]";
        return command;
    }

    public static SqlCommand CountTenant(SqlConnection connection, SourceSlice slice)
    {
        var command = connection.CreateCommand();
        command.CommandText = $"SELECT COUNT_BIG(*) FROM {Table(slice.Table.Name)} WHERE {OfTenant(command, slice)}";
        return command;
    }

    /// <summary>A row, if the tenant has any.</summary>
    public static SqlCommand AnyOfTenant(SqlConnection connection, SourceSlice slice)
    {
        var command = connection.CreateCommand();
        command.CommandText = $"SELECT TOP (1) 1 FROM {Table(slice.Table.Name)} WHERE {OfTenant(command, slice)}";
        return command;
    }

    /// <summary>Key of every batch's last row, with its number within the page. One ordered scan of the covering index: LEAD
    /// looks one row ahead, where COUNT(*) OVER () would put the whole page into tempdb before its first row. The computed
    /// columns have names that no table is likely to have beside them.</summary>
    public static SqlCommand Boundaries(SqlConnection connection, SourceSlice slice, string? after, int batchSize, int count)
    {
        var command = connection.CreateCommand();
        var keys = KeyList(slice);
        // Each for itself no more than a page, so that the rest of the table is never sorted.
        var pages = Ranges(command, slice, after, null).Select((where, i) =>
            $"SELECT {keys} FROM (SELECT TOP (@rows) {keys} FROM {Table(slice.Table.Name)} WHERE {where} ORDER BY {keys}) AS [part{i}]");
        command.Parameters.Add(new SqlParameter("@rows", SqlDbType.BigInt) { Value = (long)batchSize * count });
        command.Parameters.Add(new SqlParameter("@size", SqlDbType.BigInt) { Value = (long)batchSize });
        command.CommandText =
            $"""
            SELECT {keys}, {RowNumber} FROM (
              SELECT {keys}, ROW_NUMBER() OVER (ORDER BY {keys}) AS {RowNumber}, LEAD(1) OVER (ORDER BY {keys}) AS {Next}
              FROM (SELECT TOP (@rows) {keys} FROM ({string.Join(" UNION ALL ", pages)}) AS [parts] ORDER BY {keys}) AS [page]
            ) AS [numbered]
            WHERE {RowNumber} % @size = 0 OR {Next} IS NULL
            ORDER BY {RowNumber}
            """;
        return command;
    }

    /// <summary>Keys of every step-th row, from an offset on, in the source's order.</summary>
    public static SqlCommand SampleKeys(SqlConnection connection, SourceSlice slice, long step, long offset)
    {
        var command = connection.CreateCommand();
        var keys = KeyList(slice);
        command.CommandText =
            $"""
            SELECT {keys} FROM (
              SELECT {keys}, ROW_NUMBER() OVER (ORDER BY {keys}) AS {RowNumber}
              FROM {Table(slice.Table.Name)} WHERE {OfTenant(command, slice)}
            ) AS [numbered]
            WHERE ({RowNumber} - 1) % @step = @offset
            ORDER BY {RowNumber}
            """;
        command.Parameters.Add(new SqlParameter("@step", SqlDbType.BigInt) { Value = step });
        command.Parameters.Add(new SqlParameter("@offset", SqlDbType.BigInt) { Value = offset });
        return command;
    }

    // The tenant's rows of a range, as conditions that are disjoint and in the order of the key.
    static IReadOnlyList<string> Ranges(SqlCommand command, SourceSlice slice, string? after, string? upTo)
    {
        var tenant = OfTenant(command, slice);
        var (columns, lower, upper, shared) = Boundaries(command, slice, after, upTo);
        return [.. KeysetRange.Conditions(columns, lower, upper, shared).Select(range => $"{tenant} AND {range}")];
    }

    static string Range(SqlCommand command, SourceSlice slice, BatchRange range)
    {
        var tenant = OfTenant(command, slice);
        var (columns, lower, upper, _) = Boundaries(command, slice, range.After, range.UpTo);
        return $"{tenant} AND {KeysetRange.Condition(columns, lower, upper!)}";
    }

    static (IReadOnlyList<string> Columns, IReadOnlyList<string>? After, IReadOnlyList<string>? UpTo, int Shared) Boundaries(
        SqlCommand command, SourceSlice slice, string? after, string? upTo)
    {
        var key = KeyColumns(slice);
        var (lower, upper) = (Values(after), Values(upTo));
        var shared = lower is null || upper is null ? 0 : lower.Zip(upper).TakeWhile(v => IsSame(v.First, v.Second)).Count();
        return ([.. key.Select(c => Quote(c.Name))], Bound(lower, "@after"), Bound(upper, "@upTo"), shared);

        object[]? Values(string? boundary) => boundary is null ? null : [.. KeyBoundary.Parse(boundary, key)];
        string[]? Bound(object[]? values, string prefix) => values is null ? null :
            [.. key.Select((column, i) => Bind(command, prefix + i.ToString(CultureInfo.InvariantCulture), column, values[i]))];
    }

    static bool IsSame(object one, object other) =>
        one is byte[] bytes && other is byte[] others ? bytes.AsSpan().SequenceEqual(others) : one.Equals(other);

    static string OfTenant(SqlCommand command, SourceSlice slice) =>
        OfTenant(command, slice, Column(slice, slice.Entity.Source.Tenant), null);

    // The key is one parameter, whatever a statement asks of it.
    static string OfTenant(SqlCommand command, SourceSlice slice, SourceColumn column, string? qualified)
    {
        var key = slice.Tenants.Column;
        if (!KeyText.TryParse(slice.TenantKey, [key], out var value))
            throw new MigrationException(new Problem(
                ErrorCodes.UnknownTenant, $"{slice.Tenants.Table}.{key.Name}",
                $"Tenant key {Quoted.Text(slice.TenantKey)} is not a value of its type.",
                "Use the legacy keys that the tenants' table holds."));
        var parameter = command.Parameters.Contains(Tenant) ? Valued(Tenant, key) : Bind(command, Tenant, key, value[0]);
        return TenantSql.Is(slice.Tenants, column, qualified ?? Quote(column.Name), parameter);
    }

    public static IReadOnlyList<SourceColumn> KeyColumns(SourceSlice slice) =>
        slice.Entity.Source.Key.Select(name => Column(slice, name)).ToList();

    static SourceColumn Column(SourceSlice slice, string name) =>
        SourceNames.Column(slice.Table, name);

    /// <summary>What is selected, under the names that the result is to have.</summary>
    static string Selection(SqlCommand command, SourceSlice slice, IReadOnlyList<SelectedColumn> columns) =>
        string.Join(", ", columns.Select(c => c.Parent is { } parent
            ? $"{KeySql.Parent(parent, (tenant, sql) => OfTenant(command, slice, tenant, sql))} AS {Quote(c.Name)}"
            : $"[c].{Quote(c.Column.Name)}"));

    /// <summary>Adds a parameter; the expression of the column's own type that has its value.</summary>
    public static string Bind(SqlCommand command, string name, SourceColumn column, object value)
    {
        // SqlClient writes a varchar parameter in the database's code page, so the value has to travel as nvarchar where the
        // column has another one; the server makes it the column's type before it compares.
        var type = column.ForeignCollation is null ? column.Type : SqlDbType.NVarChar;
        var parameter = command.Parameters.Add(name, type == SqlDbType.Timestamp ? SqlDbType.Binary : type);
        parameter.Value = value;
        if (type == SqlDbType.Decimal)
            (parameter.Precision, parameter.Scale) = (column.Precision, column.Scale);
        else if (type is SqlDbType.Time or SqlDbType.DateTime2 or SqlDbType.DateTimeOffset)
            parameter.Scale = column.Scale;
        else if (column.Length != 0)
            parameter.Size = column.Length;
        return Valued(name, column);
    }

    static string Valued(string name, SourceColumn column) => column.ForeignCollation is { } collation
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"CAST({name} COLLATE {collation} AS {(column.Type == SqlDbType.Char ? "char" : "varchar")}({column.Length}))")
        : name;

    static string KeyList(SourceSlice slice) => List(KeyColumns(slice).Select(c => c.Name));

    static string List(IEnumerable<string> columns) => string.Join(", ", columns.Select(Quote));
}
