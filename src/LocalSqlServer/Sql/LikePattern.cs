using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>LIKE: %, _, [set], [^set] and an escape character, by the rules of a collation.</summary>
static class LikePattern
{
    public static bool Matches(string text, string pattern, char? escape, Collation collation) =>
        Matches(text.AsSpan(), Parse(pattern, escape), 0, collation);

    enum Kind
    {
        Literal,
        Any,
        One,
        Set,
        NotSet,
    }

    readonly record struct Part(Kind Kind, char Character, string Set);

    static Part[] Parse(string pattern, char? escape)
    {
        var parts = new List<Part>();
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            var close = c == '[' ? pattern.IndexOf(']', i + 1) : -1;
            if (c == escape && i + 1 < pattern.Length)
                parts.Add(new(Kind.Literal, pattern[++i], ""));
            else if (c == '%')
                parts.Add(new(Kind.Any, c, ""));
            else if (c == '_')
                parts.Add(new(Kind.One, c, ""));
            else if (close > i + 1)
            {
                var negated = pattern[i + 1] == '^';
                parts.Add(new(negated ? Kind.NotSet : Kind.Set, c, pattern[(negated ? i + 2 : i + 1)..close]));
                i = close;
            }
            else
                parts.Add(new(Kind.Literal, c, ""));
        }
        return [.. parts];
    }

    /// <summary>Greedy with one point of return, so the time is at most text times pattern.</summary>
    static bool Matches(ReadOnlySpan<char> text, Part[] parts, int at, Collation collation)
    {
        var (position, returnPart, returnText) = (0, -1, 0);
        while (position < text.Length)
        {
            if (at < parts.Length && parts[at].Kind == Kind.Any)
                (returnPart, returnText) = (at++, position);
            else if (at < parts.Length && Fits(parts[at], text[position], collation))
                (at, position) = (at + 1, position + 1);
            else if (returnPart >= 0)
                (at, position) = (returnPart + 1, ++returnText);
            else
                return false;
        }
        while (at < parts.Length && parts[at].Kind == Kind.Any)
            at++;
        return at == parts.Length;
    }

    static bool Fits(Part part, char c, Collation collation) => part.Kind switch
    {
        Kind.One => true,
        Kind.Literal => collation.CharEquals(part.Character, c),
        Kind.Set => InSet(part.Set, c, collation),
        Kind.NotSet => !InSet(part.Set, c, collation),
        _ => false,
    };

    static bool InSet(string set, char c, Collation collation)
    {
        for (var i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                if (collation.Compare(set[i].ToString(), c.ToString()) <= 0
                    && collation.Compare(c.ToString(), set[i + 2].ToString()) <= 0)
                    return true;
                i += 2;
            }
            else if (collation.CharEquals(set[i], c))
                return true;
        }
        return false;
    }
}
