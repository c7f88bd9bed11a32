using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Http;

/// <summary>The newest of what all targets have a record of. Two targets may be one database: each is listed once.</summary>
static class RecentRecords
{
    const int Listed = 100;

    public static async Task<IReadOnlyList<T>> OfAsync<T>(
        ITargets targets, Func<Target, int, Task<IReadOnlyList<T>>> list, Func<T, string> idOf,
        Func<T, DateTimeOffset> requestedAt, CancellationToken cancellationToken)
    {
        var found = new List<T>();
        foreach (var target in targets.All)
        {
            await target.Runs.EnsureSchemaAsync(cancellationToken);
            found.AddRange(await list(target, Listed));
        }
        return [.. found.DistinctBy(idOf).OrderByDescending(requestedAt).Take(Listed)];
    }
}
