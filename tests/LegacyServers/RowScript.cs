using System.Data;
using System.Globalization;
using LocalSqlServer.Ddl;
using Microsoft.Data.SqlClient;

namespace LegacyServers;

/// <summary>A column as an INSERT has to know it.</summary>
sealed record RowColumn(string Name, bool IsIdentity, bool IsRowVersion);

/// <summary>The statements that change single rows of a real server. Tables are quoted already.</summary>
static class RowScript
{
    /// <summary>The columns of <c>@table</c>: name, whether identity, whether rowversion.</summary>
    public const string Columns =
        """
        SELECT name, is_identity, CAST(CASE WHEN system_type_id = 189 THEN 1 ELSE 0 END AS bit)
        FROM sys.columns WHERE object_id = OBJECT_ID(@table) ORDER BY column_id
        """;

    /// <exception cref="ArgumentException">The number of values is not that of the columns, or a rowversion is
    /// given.</exception>
    public static SqlCommand Insert(string table, IReadOnlyList<RowColumn> columns, object?[] row)
    {
        if (row.Length != columns.Count)
            throw new ArgumentException($"{table} has {columns.Count} columns, not {row.Length}.", nameof(row));
        var command = new SqlCommand();
        var (names, values, givesIdentity) = (new List<string>(), new List<string>(), false);
        for (var i = 0; i < row.Length; i++)
        {
            if (columns[i].IsRowVersion && row[i] is not null)
                throw new ArgumentException($"{table}.{columns[i].Name} is numbered by the server.", nameof(row));
            if (columns[i].IsRowVersion || (columns[i].IsIdentity && row[i] is null))
                continue;
            givesIdentity |= columns[i].IsIdentity;
            names.Add(DatabaseScript.Quote(columns[i].Name));
            values.Add(Value(command, row[i]));
        }
        var insert = $"INSERT INTO {table} ({string.Join(", ", names)}) VALUES ({string.Join(", ", values)})";
        command.CommandText = givesIdentity
            ? $"SET IDENTITY_INSERT {table} ON; {insert}; SET IDENTITY_INSERT {table} OFF"
            : insert;
        return command;
    }

    public static SqlCommand Update(string table, string keyColumn, object key, string column, object? value)
    {
        var command = new SqlCommand();
        command.CommandText = $"UPDATE {table} SET {DatabaseScript.Quote(column)} = {Value(command, value)} "
            + $"WHERE {DatabaseScript.Quote(keyColumn)} = {Value(command, key)}";
        return command;
    }

    public static SqlCommand Delete(string table, string keyColumn, object key)
    {
        var command = new SqlCommand();
        command.CommandText = $"DELETE FROM {table} WHERE {DatabaseScript.Quote(keyColumn)} = {Value(command, key)}";
        return command;
    }

    // A parameter that is NULL would be an nvarchar, which does not become every type; a DateTime would be a datetime, which
    // rounds.
    static string Value(SqlCommand command, object? value)
    {
        if (value is null)
            return "NULL";
        var name = string.Create(CultureInfo.InvariantCulture, $"@p{command.Parameters.Count}");
        if (value is DateTime)
            command.Parameters.Add(name, SqlDbType.DateTime2).Value = value;
        else
            command.Parameters.AddWithValue(name, value);
        return name;
    }
}
