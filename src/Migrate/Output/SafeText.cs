namespace Migrate.Output;

/// <summary>Text from a database or a service, fit for a terminal.</summary>
public static class SafeText
{
    const char Replacement = '\uFFFD';

    /// <summary>The text with every control character replaced, so that a name in legacy data can neither move the
    /// cursor nor break a line.</summary>
    public static string Of(string? text) =>
        text is null ? "" : text.Any(IsUnsafe) ? string.Concat(text.Select(c => IsUnsafe(c) ? Replacement : c)) : text;

    // Besides control characters: marks that reorder what follows them.
    static bool IsUnsafe(char c) =>
        char.IsControl(c)
            || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
