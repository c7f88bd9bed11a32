using MigrationFunctions.Core.Errors;

namespace Migrate.Client;

/// <summary>The service refused, failed, or could not be asked.</summary>
/// <param name="status">HTTP status, or null when no answer came.</param>
public sealed class ServiceException(
    int? status, string title, IReadOnlyList<Problem> problems, Exception? inner = null)
    : Exception(title, inner)
{
    public int? Status => status;

    /// <summary>When the service wants to be asked again, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Every reason that was given.</summary>
    public IReadOnlyList<Problem> Problems => problems;

    /// <summary>The service may answer by itself in a while: it is starting, restarting or overloaded.</summary>
    public bool IsTemporary => status is null or 408 or 429 or 502 or 503 or 504;
}
