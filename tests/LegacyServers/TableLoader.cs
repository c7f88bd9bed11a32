using LocalSqlServer.Ddl;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;

namespace LegacyServers;

/// <summary>
/// Fills a table of a real SQL Server with the rows of the stand-in's: by bulk copy, one row in memory at a time. SqlClient
/// writes half a surrogate pair as U+FFFD, so texts with one are written again afterwards, as the bytes that the column
/// stores. Rowversions are the server's own.
/// </summary>
static class TableLoader
{
    public const int TimeoutSeconds = 600;

    const int RowsPerBatch = 50_000;

    public static async Task LoadAsync(SqlConnection connection, LegacyTable table, CancellationToken cancellationToken)
    {
        var malformed = new List<MalformedText>();
        await using var rows = new BulkRows(table) { OnMalformedText = malformed.Add };
        using var copy = new SqlBulkCopy(connection, SqlBulkCopyOptions.KeepIdentity | SqlBulkCopyOptions.KeepNulls, null)
        {
            DestinationTableName = DatabaseScript.Name(table), BatchSize = RowsPerBatch, BulkCopyTimeout = TimeoutSeconds,
        };
        for (var i = 0; i < rows.FieldCount; i++)
            copy.ColumnMappings.Add(i, rows.GetName(i));
        await copy.WriteToServerAsync(rows, cancellationToken);
        foreach (var text in malformed)
        {
            await using var correction = Correct(connection, table, text);
            if (await correction.ExecuteNonQueryAsync(cancellationToken) != 1)
                throw new InvalidDataException($"A row of {DatabaseScript.Name(table)} was not found again by its key.");
        }
    }

    /// <summary>Writes one text as its bytes.</summary>
    /// <exception cref="NotSupportedException">The table has no unique index to find the row by.</exception>
    public static SqlCommand Correct(SqlConnection connection, LegacyTable table, MalformedText text)
    {
        var key = table.Indexes.FirstOrDefault(i => i.Unique)?.Columns ?? throw new NotSupportedException(
            $"{DatabaseScript.Name(table)} has half a surrogate pair and no unique index by which the row can be found.");
        var command = connection.CreateCommand();
        command.CommandText =
            $"UPDATE {DatabaseScript.Name(table)} "
            + $"SET {DatabaseScript.Quote(text.Column.Name)} = CAST(@text AS {Cast(text.Column.Type)}) "
            + $"WHERE {string.Join(" AND ", key.Select((c, i) => $"{DatabaseScript.Quote(c)} = @key{i}"))}";
        command.CommandTimeout = TimeoutSeconds;
        command.Parameters.AddWithValue("@text", text.ToBytes());
        for (var i = 0; i < key.Count; i++)
            command.Parameters.AddWithValue($"@key{i}", text.ValueOf(table, key[i]));
        return command;
    }

    // ntext takes no bytes, but nvarchar(max).
    static string Cast(SqlType type) => type.IsMax || type.Kind is SqlKind.NText or SqlKind.Xml
        ? "nvarchar(max)"
        : $"nvarchar({type.Length})";
}
