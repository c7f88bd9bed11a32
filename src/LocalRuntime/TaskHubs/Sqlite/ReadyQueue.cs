using System.Threading.Channels;

namespace LocalRuntime.TaskHubs.Sqlite;

/// <summary>
/// Instances that have something to do. An instance is handed to one worker at a time; what comes for it meanwhile
/// makes it ready again when that worker is done.
/// </summary>
sealed class ReadyQueue
{
    readonly Channel<string> _ready = Channel.CreateUnbounded<string>();
    readonly Dictionary<string, State> _states = new(StringComparer.Ordinal);

    enum State
    {
        Queued,
        Running,
        RunningAndReady,
    }

    public void Signal(string id)
    {
        lock (_states)
        {
            if (_states.TryGetValue(id, out var state))
            {
                if (state == State.Running)
                {
                    _states[id] = State.RunningAndReady;
                }

                return;
            }

            _states.Add(id, State.Queued);
        }

        _ready.Writer.TryWrite(id);
    }

    public async ValueTask<string> TakeAsync(CancellationToken cancellation)
    {
        var id = await _ready.Reader.ReadAsync(cancellation);
        lock (_states)
        {
            _states[id] = State.Running;
        }

        return id;
    }

    public void Release(string id)
    {
        lock (_states)
        {
            if (_states[id] == State.Running)
            {
                _states.Remove(id);
                return;
            }

            _states[id] = State.Queued;
        }

        _ready.Writer.TryWrite(id);
    }
}
