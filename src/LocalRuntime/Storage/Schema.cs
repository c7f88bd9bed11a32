namespace LocalRuntime.Storage;

/// <summary>Tables of the history database. Times are UTC ticks.</summary>
static class Schema
{
    const long Version = 2;

    const string Tables = """
        CREATE TABLE instance (
          id TEXT PRIMARY KEY, execution TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL,
          status INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
          input TEXT, output TEXT, custom_status TEXT, failure TEXT, tags TEXT,
          parent_id TEXT, parent_execution TEXT, parent_name TEXT, parent_task INTEGER,
          turns INTEGER NOT NULL, history_length INTEGER NOT NULL,
          trace_parent TEXT, trace_state TEXT) WITHOUT ROWID;
        CREATE INDEX instance_created ON instance (created, id);
        CREATE INDEX instance_parent ON instance (parent_id) WHERE parent_id IS NOT NULL;
        CREATE TABLE history (
          instance_id TEXT NOT NULL, position INTEGER NOT NULL, turn INTEGER NOT NULL, at INTEGER NOT NULL,
          kind INTEGER NOT NULL, task_id INTEGER NOT NULL, name TEXT, data TEXT,
          PRIMARY KEY (instance_id, position)) WITHOUT ROWID;
        CREATE TABLE message (
          sequence INTEGER PRIMARY KEY AUTOINCREMENT, instance_id TEXT NOT NULL, execution TEXT, due INTEGER NOT NULL,
          kind INTEGER NOT NULL, task_id INTEGER NOT NULL, name TEXT, data TEXT);
        CREATE INDEX message_instance ON message (instance_id, sequence);
        CREATE TABLE activity (
          sequence INTEGER PRIMARY KEY AUTOINCREMENT, instance_id TEXT NOT NULL, execution TEXT NOT NULL,
          task_id INTEGER NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, input TEXT,
          UNIQUE (instance_id, execution, task_id));
        CREATE TABLE schedule (
          name TEXT PRIMARY KEY, last INTEGER NOT NULL, next INTEGER NOT NULL, updated INTEGER NOT NULL) WITHOUT ROWID;
        PRAGMA user_version = 2;
        """;

    // Layout 1 knew no trace context: what is under way goes on without one.
    const string From1 = """
        ALTER TABLE instance ADD COLUMN trace_parent TEXT;
        ALTER TABLE instance ADD COLUMN trace_state TEXT;
        PRAGMA user_version = 2;
        """;

    /// <summary>Makes the tables, or brings those of an earlier layout to this one, with all that they hold.</summary>
    /// <exception cref="InvalidOperationException">
    /// The database was written by a later version of the runtime.
    /// </exception>
    public static void Ensure(StoreConnection connection)
    {
        var version = (long)connection.Scalar("PRAGMA user_version")!;
        if (version is 0 or 1)
        {
            connection.Execute("BEGIN IMMEDIATE");
            connection.Execute(version == 0 ? Tables : From1);
            connection.Execute("COMMIT");
        }
        else if (version != Version)
        {
            throw new InvalidOperationException(
                $"The task hub's history has layout {version}, this runtime reads layout {Version}. Start with an "
                + "empty task hub folder, or with the version of the runtime that wrote it.");
        }
    }
}
