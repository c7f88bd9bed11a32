namespace MigrationFunctions.Core.Mapping;

/// <summary>"Did you mean": the name that is nearest to one that does not exist.</summary>
internal static class Suggestion
{
    private const int MostNames = 12;

    /// <summary>A remedy that names the nearest name when it is near, else some of the names that exist.</summary>
    public static string For(string name, IEnumerable<string> names, string advice)
    {
        var all = names.ToList();
        var nearest = all.MinBy(n => Distance(name.ToUpperInvariant(), n.ToUpperInvariant()));
        if (nearest is not null && Distance(name.ToUpperInvariant(), nearest.ToUpperInvariant()) <= Math.Max(1, name.Length / 3))
            return $"Did you mean '{nearest}'?";
        var more = all.Count > MostNames ? ", ..." : "";
        return all.Count == 0 ? $"{advice}." : $"{advice}: {string.Join(", ", all.Take(MostNames))}{more}.";
    }

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string left, string right)
    {
        var above = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 0; i < left.Length; i++)
        {
            var current = new int[right.Length + 1];
            current[0] = i + 1;
            for (var j = 0; j < right.Length; j++)
            {
                var change = above[j] + (left[i] == right[j] ? 0 : 1);
                current[j + 1] = Math.Min(change, Math.Min(above[j + 1], current[j]) + 1);
            }

            above = current;
        }

        return above[right.Length];
    }
}
