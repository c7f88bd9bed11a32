namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>Orchestrations in memory, at most a given number; the one not used for longest goes first.</summary>
sealed class SessionCache(int capacity)
{
    readonly Dictionary<string, LinkedListNode<SqliteWorkItem>> _byId = new(StringComparer.Ordinal);
    readonly LinkedList<SqliteWorkItem> _byUse = new();

    /// <summary>Takes an item out: whoever holds it may put it back.</summary>
    public SqliteWorkItem? Take(string id)
    {
        lock (_byUse)
        {
            if (!_byId.Remove(id, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            return node.Value;
        }
    }

    public void Put(SqliteWorkItem item)
    {
        lock (_byUse)
        {
            _byId[item.InstanceId] = _byUse.AddLast(item);
            if (_byUse.Count > capacity)
            {
                _byId.Remove(_byUse.First!.Value.InstanceId);
                _byUse.RemoveFirst();
            }
        }
    }
}
