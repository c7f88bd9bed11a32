using System.Globalization;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Places in a JSON document, written as RFC 9535 writes them: <c>$.entities[0].name</c>.</summary>
static class JsonPath
{
    public static string Member(string path, string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? $"{path}.{name}"
            : $"{path}[{Quoted.Text(name)}]";

    public static string Index(string path, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    /// <summary>Whether <paramref name="place"/> is <paramref name="ancestor"/> or lies below it.</summary>
    public static bool IsAtOrBelow(string place, string ancestor) =>
        place.StartsWith(ancestor, StringComparison.Ordinal)
        && (place.Length == ancestor.Length || place[ancestor.Length] is '.' or '[');
}
