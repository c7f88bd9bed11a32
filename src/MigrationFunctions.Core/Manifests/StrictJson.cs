using System.Text;
using System.Text.Json;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Reads JSON from outside (a manifest, the body of a request) into a record, with every problem of form at
/// once. Bad input is a result, never an exception.</summary>
public static class StrictJson
{
    /// <summary>Reads <paramref name="json"/> as <typeparamref name="T"/> by
    /// <see cref="ManifestJson.Options"/>.</summary>
    /// <param name="place">What the text is, as problems name it: a file name, or <c>request</c>.</param>
    public static StrictJsonResult<T> Read<T>(string json, string place)
        where T : class
    {
        var utf8 = Encoding.UTF8.GetBytes(json);
        if (JsonSyntax.Check(utf8, place) is { } syntax)
            return new StrictJsonResult<T>(null, [syntax], new HashSet<string>());

        using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = JsonSyntax.MaxDepth });
        var walker = new JsonShapeWalker(ManifestJson.Options, place);
        var sound = walker.Walk(document.RootElement, typeof(T));
        return new StrictJsonResult<T>(
            sound.Deserialize<T>(ManifestJson.Options), walker.Problems, walker.FaultyPlaces);
    }
}

/// <summary>What was read and what is wrong with it.</summary>
/// <param name="Repaired">The value, or null when the text is not JSON. Where a problem was found it holds the default
/// or an empty placeholder: good for finding further problems, never for use while <paramref name="Problems"/>
/// stand.</param>
/// <param name="FaultyPlaces">Places whose value was replaced.</param>
public sealed record StrictJsonResult<T>(
    T? Repaired, IReadOnlyList<Problem> Problems, IReadOnlySet<string> FaultyPlaces)
    where T : class
{
    /// <summary>The value, or null when there is any problem.</summary>
    public T? Value => Problems.Count == 0 ? Repaired : null;

    /// <summary>Whether the place, or one that it lies in, was replaced: what is said of it would be said of the
    /// replacement.</summary>
    public bool IsFaulty(string place) => JsonPath.SelfAndAncestors(place).Any(FaultyPlaces.Contains);

    /// <summary>With problems of meaning beside those of form.</summary>
    public StrictJsonResult<T> With(IEnumerable<Problem> meaning) =>
        this with { Problems = [.. Problems, .. meaning.Where(p => !IsFaulty(p.Place))] };
}
