namespace LocalRuntime.Engine;

/// <summary>Orchestrators in memory, at most a given number; the one not used for longest goes first.</summary>
sealed class SessionCache(int capacity) : IDisposable
{
    readonly Dictionary<string, LinkedListNode<(string Id, OrchestrationSession Session)>> _byId = new(
        StringComparer.Ordinal);
    readonly LinkedList<(string Id, OrchestrationSession Session)> _byUse = new();

    /// <summary>Takes a session out: whoever holds it puts it back, or disposes of it.</summary>
    public OrchestrationSession? Take(string id)
    {
        lock (_byUse)
        {
            if (!_byId.Remove(id, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            return node.Value.Session;
        }
    }

    public void Put(string id, OrchestrationSession session)
    {
        OrchestrationSession? evicted = null;
        lock (_byUse)
        {
            _byId[id] = _byUse.AddLast((id, session));
            if (_byUse.Count > capacity)
            {
                var oldest = _byUse.First!.Value;
                _byUse.RemoveFirst();
                _byId.Remove(oldest.Id);
                evicted = oldest.Session;
            }
        }

        evicted?.Dispose();
    }

    public void Dispose()
    {
        lock (_byUse)
        {
            foreach (var (_, session) in _byUse)
            {
                session.Dispose();
            }

            _byUse.Clear();
            _byId.Clear();
        }
    }
}
