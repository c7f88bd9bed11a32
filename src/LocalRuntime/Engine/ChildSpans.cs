using System.Diagnostics;
using LocalRuntime.Storage;

namespace LocalRuntime.Engine;

/// <summary>
/// The spans that create a turn's sub-orchestrations. Their ids are committed with the turn; they are shown once it is
/// committed, so that a turn which is run again shows them once.
/// </summary>
sealed class ChildSpans
{
    readonly List<Activity> _spans = [];

    ChildSpans()
    {
    }

    /// <summary>Begins the spans, and hands each to its instance; null when nobody listens.</summary>
    public static ChildSpans? Begin(ref TurnCommit commit)
    {
        if (commit.Children.Count == 0 || !Tracing.IsOn)
        {
            return null;
        }

        var around = Activity.Current;
        var begun = new ChildSpans();
        var parent = commit.Instance.Trace;
        commit = commit with
        {
            Children = [.. commit.Children.Select(child => begun.Begin(child, parent))],
        };
        Activity.Current = around;
        return begun;
    }

    /// <summary>The turn is committed.</summary>
    public void Show()
    {
        var around = Activity.Current;
        _spans.ForEach(span => span.Dispose());
        Activity.Current = around;
    }

    InstanceRecord Begin(InstanceRecord child, TraceLink? parent)
    {
        Activity.Current = null;
        if (Tracing.StartCreate(child.Name, child.Id, parent) is not { } span)
        {
            return child;
        }

        _spans.Add(span);
        return child with { Trace = TraceLink.Of(span) };
    }
}
