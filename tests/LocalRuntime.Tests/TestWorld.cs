using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LocalRuntime.Tests;

/// <summary>
/// What the sample functions share with a test: counts of calls, gates that hold them, what was logged.
/// </summary>
sealed class TestWorld
{
    readonly ConcurrentDictionary<string, int> _counts = new();
    readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new();
    readonly ConcurrentDictionary<(string, int), TaskCompletionSource> _arrivals = new();

    public LogCollector Logs { get; } = new();

    public ConcurrentQueue<(string Function, Microsoft.Azure.Functions.Worker.TimerInfo Timer)> Timers { get; } = new();

    /// <summary>What an orchestrator reads to be non-deterministic.</summary>
    public int Switch { get; set; }

    public int Count(string name)
    {
        var count = _counts.AddOrUpdate(name, 1, (_, before) => before + 1);
        _arrivals.GetOrAdd((name, count), _ => NewSource()).TrySetResult();
        return count;
    }

    public int CountOf(string name) => _counts.GetValueOrDefault(name);

    /// <summary>Ends when something was counted that often.</summary>
    public Task UntilCount(string name, int count) =>
        _arrivals.GetOrAdd((name, count), _ => NewSource()).Task.WaitAsync(TestHost.HangGuard);

    public Task Gate(string name) => _gates.GetOrAdd(name, _ => NewSource()).Task;

    public void Release(string name) => _gates.GetOrAdd(name, _ => NewSource()).TrySetResult();

    public void ReleaseAll()
    {
        foreach (var gate in _gates.Values)
        {
            gate.TrySetResult();
        }
    }

    static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

sealed class LogCollector : ILoggerProvider
{
    public ConcurrentQueue<(string Category, LogLevel Level, string Text)> Entries { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Collector(this, categoryName);

    public void Dispose()
    {
    }

    sealed class Collector(LogCollector owner, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            owner.Entries.Enqueue((category, logLevel, formatter(state, exception) + exception));
    }
}
