namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>
/// Tables of the history database. Times are UTC ticks, states the numbers of DurableTask.Core, events JSON beside the name of
/// their type.
/// </summary>
static class Schema
{
    const long Version = 3;

    const string Tables = """
        CREATE TABLE instance (
          id TEXT PRIMARY KEY, execution TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL,
          status INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, completed INTEGER,
          scheduled INTEGER, input TEXT, output TEXT, custom_status TEXT, failure TEXT, tags TEXT,
          parent TEXT, events INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX instance_created ON instance (created, id);
        CREATE TABLE history (
          instance_id TEXT NOT NULL, position INTEGER NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL,
          PRIMARY KEY (instance_id, position)) WITHOUT ROWID;
        CREATE TABLE message (
          sequence INTEGER PRIMARY KEY AUTOINCREMENT, instance_id TEXT NOT NULL, execution TEXT, due INTEGER NOT NULL,
          type TEXT NOT NULL, data TEXT NOT NULL);
        CREATE INDEX message_instance ON message (instance_id, sequence);
        CREATE TABLE activity (
          sequence INTEGER PRIMARY KEY AUTOINCREMENT, instance_id TEXT NOT NULL, execution TEXT NOT NULL,
          data TEXT NOT NULL);
        CREATE INDEX activity_instance ON activity (instance_id);
        CREATE TABLE schedule (
          name TEXT PRIMARY KEY, last INTEGER NOT NULL, next INTEGER NOT NULL, updated INTEGER NOT NULL) WITHOUT ROWID;
        PRAGMA user_version = 3;
        """;

    /// <summary>Makes the tables where there are none.</summary>
    /// <exception cref="InvalidOperationException">The database was written by another version of the runtime.</exception>
    public static void Ensure(StoreConnection connection)
    {
        var version = (long)connection.Scalar("PRAGMA user_version")!;
        if (version == 0)
        {
            connection.Execute("BEGIN IMMEDIATE");
            connection.Execute(Tables);
            connection.Execute("COMMIT");
        }
        else if (version != Version)
        {
            throw new InvalidOperationException(
                $"The task hub's history has layout {version}, this version reads layout {Version}. Let the version that wrote it "
                + "end what is under way, or delete the folder: a run that is started again goes on from what its target holds.");
        }
    }
}
