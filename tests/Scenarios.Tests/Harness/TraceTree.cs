using System.Diagnostics;

namespace Scenarios.Tests.Harness;

/// <summary>The shape of a trace as text: each span below its parent. Spans of one name below one parent are one, whatever
/// their number, and so are a call and its execution; those of the databases have their server's name.</summary>
static class TraceTree
{
    public static string Of(IEnumerable<Activity> trace)
    {
        var spans = trace.ToList();
        var known = spans.Select(s => s.SpanId).ToHashSet();
        var children = spans.ToLookup(s => known.Contains(s.ParentSpanId) ? s.ParentSpanId : default);
        return string.Join('\n', Lines([default], 0, null));

        IEnumerable<string> Lines(IEnumerable<ActivitySpanId> parents, int depth, string? parent) => parents
            .SelectMany(p => children[p]).GroupBy(NameOf, s => s.SpanId).OrderBy(g => g.Key, StringComparer.Ordinal)
            .SelectMany(g => g.Key == parent
                ? Lines(g, depth, g.Key)
                : Lines(g, depth + 1, g.Key).Prepend(new string(' ', 2 * depth) + g.Key));
    }

    static string NameOf(Activity span) => span.Source.Name switch
    {
        "Npgsql" => "PostgreSQL",
        "OpenTelemetry.Instrumentation.SqlClient" => "SQL Server",
        _ => span.DisplayName,
    };
}
