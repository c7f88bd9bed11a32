using System.Data.Common;
using System.Diagnostics;

namespace MigrationFunctions.Telemetry;

/// <summary>Keeps the words of PostgreSQL out of the exception events that Npgsql adds to its spans: they may quote a value,
/// and an event that is added cannot be taken back. What stays is its type and its SQLSTATE.</summary>
sealed class QuietExceptions : IDisposable
{
    readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == QuietSpans.PostgreSql,
        ExceptionRecorder = (Activity _, Exception failure, ref TagList tags) =>
        {
            tags.Add("exception.message", (failure as DbException)?.SqlState ?? failure.GetType().Name);
            tags.Add("exception.stacktrace", string.Empty);
        },
    };

    public QuietExceptions() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();
}
