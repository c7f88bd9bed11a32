using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Copying;

/// <summary>Sees that a read gave all rows of its range. A live source may have changed since it was planned, which is no fault; a
/// driver that lost rows is. Counting the range again tells the two apart.</summary>
static class CompleteRead
{
    /// <exception cref="MigrationException">MIG3005, transient: the source counts other than was read.</exception>
    public static async Task EnsureAsync(
        ISourceBatch rows, long planned, long read, string place, CancellationToken cancellationToken)
    {
        if (read == planned)
            return;
        var counted = await rows.RecountAsync(cancellationToken);
        if (counted != read)
            throw new MigrationException(
                new Problem(
                    ErrorCodes.SourceShortRead, place,
                    $"{read} rows were read, but the source counts {counted} in the same range.",
                    "The call is retried; if it persists, the source is changing faster than it is read: "
                    + "use isolation snapshot."),
                isTransient: true);
    }
}
