using System.Globalization;
using Microsoft.Data.Sqlite;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>
/// A connection to the history database with its prepared statements. Not for use by several threads at once.
/// </summary>
sealed class StoreConnection : IDisposable
{
    readonly SqliteConnection _connection;
    readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);
    bool? _flushesCommits;

    public StoreConnection(string path)
    {
        _connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 30 }.ToString());
        _connection.Open();
        Execute("PRAGMA journal_mode = WAL");
        FlushCommits(true);
        Execute("PRAGMA temp_store = MEMORY");
    }

    /// <summary>Runs a statement whose parameters are $1, $2 and so on; returns the number of rows changed.</summary>
    public int Execute(string sql, params object?[] values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>
    /// Whether commits wait for the disk from now on. Those that do not may be lost by a power cut, the last ones together, and never
    /// by the end of the process (SQLite documentation, "PRAGMA synchronous": FULL and NORMAL of a WAL).
    /// </summary>
    public void FlushCommits(bool isOn)
    {
        if (_flushesCommits == isOn)
        {
            return;
        }

        // Not prepared for later: it takes effect when it is compiled.
        using var command = _connection.CreateCommand();
        command.CommandText = isOn ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL";
        command.ExecuteNonQuery();
        _flushesCommits = isOn;
    }

    public object? Scalar(string sql, params object?[] values) => Bind(sql, values).ExecuteScalar();

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params object?[] values)
    {
        using var reader = Bind(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    SqliteCommand Bind(string sql, object?[] values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant of this assembly; values travel as parameters.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 1; i <= values.Length; i++)
            {
                command.Parameters.Add(
                    new SqliteParameter { ParameterName = "$" + i.ToString(CultureInfo.InvariantCulture) });
            }

            _prepared.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] switch
            {
                null => DBNull.Value,
                DateTime time => time.Ticks,
                var value => value,
            };
        }

        return command;
    }
}
