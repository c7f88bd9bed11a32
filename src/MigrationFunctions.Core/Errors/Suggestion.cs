namespace MigrationFunctions.Core.Errors;

/// <summary>Finds the name that somebody most likely meant.</summary>
public static class Suggestion
{
    const int MostNames = 12;

    /// <summary>The closest of <paramref name="known"/> when it is close enough to be a slip of the fingers (a third of
    /// its letters at most, case apart), else null. Equal distances take the first.</summary>
    public static string? For(string given, IEnumerable<string> known)
    {
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in known)
        {
            var limit = Math.Max(1, Math.Max(candidate.Length, given.Length) / 3);
            if (Math.Abs(candidate.Length - given.Length) > limit)
                continue;
            var distance = Distance(given.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance <= limit && distance < bestDistance)
                (best, bestDistance) = (candidate, distance);
        }
        return best;
    }

    /// <summary>The start of a remedy: <c>Did you mean 'x'? </c>, or nothing.</summary>
    public static string Sentence(string given, IEnumerable<string> known) =>
        For(given, known) is { } meant ? $"Did you mean '{meant}'? " : "";

    /// <summary>A whole remedy: what was meant, then the first dozen names that there are.</summary>
    public static string Remedy(string given, IEnumerable<string> known)
    {
        var names = known.ToList();
        var more = names.Count > MostNames ? ", ..." : "";
        return $"{Sentence(given, names)}Known are {Quoted.List(names.Take(MostNames))}{more}.";
    }

    // Optimal string alignment: insert, delete, replace and swap of neighbours cost one each.
    static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    current[j] = Math.Min(current[j], before[j - 2] + 1);
            }
            (before, previous, current) = (previous, current, before);
        }
        return previous[b.Length];
    }
}
