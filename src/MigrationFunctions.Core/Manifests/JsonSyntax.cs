using System.Text.Json;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Whether a text is JSON at all (RFC 8259), before anybody asks what it says. At most one problem, because
/// what follows a syntax error cannot be read with confidence.</summary>
static class JsonSyntax
{
    public const int MaxBytes = 1024 * 1024;
    public const int MaxDepth = 32;

    // One level more than is allowed, so that "too deep" is told from "broken".
    const int ScanDepth = MaxDepth + 1;

    /// <summary>Null when the text is sound JSON within the limits. Lines and columns count from 1, columns in
    /// characters.</summary>
    public static Problem? Check(ReadOnlySpan<byte> utf8, string place)
    {
        if (utf8.Length > MaxBytes)
            return TooLarge(utf8.Length, place);
        if (utf8.Trim(" \t\r\n"u8).IsEmpty)
            return new Problem(
                ErrorCodes.JsonBroken, place, "The text is empty.", "Write a JSON object: { ... }.");

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = ScanDepth });
        try
        {
            while (reader.Read())
                if (CheckToken(ref reader, utf8, place) is { } problem)
                    return problem;
            return null;
        }
        catch (JsonException e)
        {
            return Explain(e, utf8, place);
        }
    }

    public static Problem TooLarge(long bytes, string place) =>
        new(ErrorCodes.JsonTooLarge, place, $"The text has {bytes} bytes; at most {MaxBytes} are read.",
            "Split it into several manifests.");

    static Problem? CheckToken(ref Utf8JsonReader reader, ReadOnlySpan<byte> utf8, string place)
    {
        if (reader.CurrentDepth >= MaxDepth)
            return new Problem(
                ErrorCodes.JsonTooLarge, $"{place} {Position(utf8, reader.TokenStartIndex)}",
                $"Objects and lists are nested deeper than {MaxDepth} levels.",
                "Remove what does not belong there: a manifest needs 8 levels.");
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
            return null;
        try
        {
            reader.GetString();
            return null;
        }
        catch (InvalidOperationException)
        {
            return new Problem(
                ErrorCodes.JsonBroken, $"{place} {Position(utf8, reader.TokenStartIndex)}",
                "An escape names half of a surrogate pair, which is no character.",
                "Write the character itself, or both halves: \\ud83d\\ude00.");
        }
    }

    static Problem Explain(JsonException error, ReadOnlySpan<byte> utf8, string place)
    {
        var index = IndexOf(utf8, error.LineNumber ?? 0, error.BytePositionInLine ?? 0);
        var at = $"{place} {Position(utf8, index)}";
        var rest = utf8[index..];
        if (rest.StartsWith("/"u8))
            return new Problem(
                ErrorCodes.JsonExtension, at, "Comments are not part of JSON.",
                "Remove the comment; 'description' takes free text.");
        if ((rest.StartsWith("}"u8) || rest.StartsWith("]"u8)) && utf8[..index].TrimEnd(" \t\r\n"u8).EndsWith(","u8))
            return new Problem(
                ErrorCodes.JsonExtension, at, "A comma stands before the closing bracket.", "Remove the comma.");
        return new Problem(
            ErrorCodes.JsonBroken, at, $"The text is not JSON: {FirstSentence(error.Message)}",
            "Correct it at this place or just before it.");
    }

    static string FirstSentence(string message)
    {
        var end = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return Quoted.Line(end < 0 ? message : message[..end]);
    }

    static int IndexOf(ReadOnlySpan<byte> utf8, long line, long byteInLine)
    {
        var index = 0;
        for (; line > 0; line--)
        {
            var newLine = utf8[index..].IndexOf((byte)'\n');
            if (newLine < 0)
                break;
            index += newLine + 1;
        }
        return (int)Math.Min(index + byteInLine, utf8.Length);
    }

    static string Position(ReadOnlySpan<byte> utf8, long index)
    {
        var before = utf8[..(int)index];
        var line = before.Count((byte)'\n') + 1;
        var column = 1;
        foreach (var b in before[(before.LastIndexOf((byte)'\n') + 1)..])
            if ((b & 0xC0) != 0x80)
                column++;
        return $"line {line}, column {column}";
    }
}
