using Microsoft.Data.Sqlite;

namespace Benchmarks.Servers;

/// <summary>Looks into the local runtime's history, read only, from beside.</summary>
static class TaskHub
{
    /// <summary>What has not ended, a line each.</summary>
    public static string OpenInstances(string folder)
    {
        using var connection = Open(folder);
        return Lines(connection,
            """
            SELECT 'orchestration ' || name || ' ' || id || ', status ' || status || ', ' || events || ' events, '
                   || (SELECT count(*) FROM message AS m WHERE m.instance_id = i.id) || ' messages'
            FROM instance AS i WHERE status NOT IN (1, 3, 4, 5) LIMIT 30
            """)
            + Lines(connection, "SELECT 'activity of ' || instance_id || ' ' || data FROM activity LIMIT 30");
    }

    public static SqliteConnection Open(string folder)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, "history.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false,
        }.ToString());
        connection.Open();
        return connection;
    }

    static string Lines(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var rows = command.ExecuteReader();
        var lines = new List<string>();
        while (rows.Read())
            lines.Add(rows.GetString(0) + "\n");
        return string.Concat(lines);
    }
}
