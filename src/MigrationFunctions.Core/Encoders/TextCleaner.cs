using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Counts and repairs text by code points.</summary>
static class TextCleaner
{
    const char Replacement = '\uFFFD';

    /// <summary>Code points; a surrogate without partner counts as one.</summary>
    public static int CountCodePoints(ReadOnlySpan<char> text)
    {
        var count = text.Length;
        for (var i = 1; i < text.Length; i++)
        {
            if (char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]))
                count--;
        }

        return count;
    }

    /// <summary>Whether a surrogate has no partner.</summary>
    public static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (char.IsLowSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                return true;
            i++;
        }

        return false;
    }

    /// <summary>The text with U+0000 and lone surrogates removed, replaced or, under a policy that rejects,
    /// kept.</summary>
    public static string Clean(ReadOnlySpan<char> text, BadCharacterPolicy nul, BadCharacterPolicy loneSurrogate)
    {
        var cleaned = new char[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                cleaned[length++] = c;
                cleaned[length++] = text[++i];
                continue;
            }

            var policy = c == '\0' ? nul : char.IsSurrogate(c) ? loneSurrogate : BadCharacterPolicy.Reject;
            if (policy != BadCharacterPolicy.Remove)
                cleaned[length++] = policy == BadCharacterPolicy.Replace ? Replacement : c;
        }

        return new(cleaned, 0, length);
    }
}
