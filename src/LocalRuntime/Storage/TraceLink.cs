using System.Diagnostics;

namespace LocalRuntime.Storage;

/// <summary>A W3C trace context as it is stored: the values of the headers traceparent and tracestate.</summary>
sealed record TraceLink(string Parent, string? State)
{
    /// <summary>The context of that place; the default one when the text is none.</summary>
    public ActivityContext ToContext() =>
        ActivityContext.TryParse(Parent, State, isRemote: true, out var context) ? context : default;

    public static TraceLink? Of(string? parent, string? state) => parent is null ? null : new TraceLink(parent, state);

    public static TraceLink? Of(Activity? span) =>
        span is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? new TraceLink(id, span.TraceStateString) : null;
}
