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

    /// <summary>The place and every place that it lies in, from the innermost.</summary>
    public static IEnumerable<string> SelfAndAncestors(string place)
    {
        yield return place;
        for (var i = place.Length - 1; i > 0; i--)
            if (place[i] is '.' or '[')
                yield return place[..i];
    }
}
