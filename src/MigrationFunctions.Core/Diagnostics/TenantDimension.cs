using System.Collections.Concurrent;

namespace MigrationFunctions.Core.Diagnostics;

/// <summary>Bounds the values of a metric's tenant dimension: the first ones keep their keys, all later ones are one. A
/// backend pays for every value that it has ever seen.</summary>
/// <param name="most">Values besides <see cref="Other"/>.</param>
public sealed class TenantDimension(int most = TenantDimension.Most)
{
    /// <summary>Values of a process, as a rule.</summary>
    public const int Most = 1_000;

    /// <summary>Stands for every tenant beyond the bound.</summary>
    public const string Other = "other";

    readonly ConcurrentDictionary<string, string> _known = new(StringComparer.Ordinal);
    int _count;

    /// <summary>The value for a tenant's legacy key: always the same for the same key once it has one of its own.</summary>
    public string Of(string key)
    {
        if (_known.TryGetValue(key, out var known))
            return known;
        if (Volatile.Read(ref _count) >= most)
            return Other;
        if (Interlocked.Increment(ref _count) > most)
            return Other;
        if (!_known.TryAdd(key, key))
            Interlocked.Decrement(ref _count);
        return key;
    }
}
