using System.Collections.Concurrent;
using System.Diagnostics;

namespace LocalRuntime.Tests;

/// <summary>
/// Listens to the local runtime, and sees the spans of one trace: that of the caller which it stands for.
/// </summary>
sealed class SpanCollector : IDisposable
{
    const string CallersName = "LocalRuntime.Tests.Callers";
    static readonly ActivitySource Callers = new(CallersName);

    readonly ConcurrentQueue<Activity> _ended = new();
    readonly ActivityListener _listener;

    public SpanCollector()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "LocalRuntime" or "DurableTask.Core" or "Microsoft.AspNetCore" or CallersName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId == Caller?.TraceId)
                {
                    _ended.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
        Caller = Callers.StartActivity("caller")!;
    }

    public Activity Caller { get; }

    public IReadOnlyList<Activity> Ended => [.. _ended];

    /// <summary>
    /// The trace as lines: each span below its parent, indented, those of one parent by name; equal ones once with their
    /// number.
    /// </summary>
    /// <param name="root">The span whose children stand at the top; that of the caller when absent.</param>
    public string Tree(ActivitySpanId? root = null)
    {
        var children = _ended.ToLookup(span => span.ParentSpanId);
        return string.Join('\n', Lines(root ?? Caller.SpanId, 0));

        IEnumerable<string> Lines(ActivitySpanId parent, int depth) => children[parent]
            .Select(span => string.Join('\n', [new string(' ', 2 * depth) + span.DisplayName, .. Lines(span.SpanId, depth + 1)]))
            .GroupBy(text => text, StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.Count() == 1 ? group.Key : $"{group.Key} x{group.Count()}");
    }

    public void Dispose()
    {
        Caller.Dispose();
        _listener.Dispose();
    }
}
