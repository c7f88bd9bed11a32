using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Planning;

/// <summary>A request that works on some of a manifest's tenants and entities. A list that is absent selects all; one that is
/// there selects what it names, so an empty one selects nothing and is an error.</summary>
public interface ISelection
{
    /// <summary>Legacy keys of tenants; null for all.</summary>
    IReadOnlyList<string>? Tenants { get; }

    /// <summary>Names of entities; null for all.</summary>
    IReadOnlyList<string>? Entities { get; }
}

/// <summary>Whether lists select something, each thing once.</summary>
public static class SelectionRules
{
    /// <summary>Everything that is wrong with a request's lists, at its place in the request's body.</summary>
    public static IReadOnlyList<Problem> Check(ISelection selection) =>
        [.. Check(selection.Tenants, "request $.tenants"), .. Check(selection.Entities, "request $.entities")];

    /// <summary>Everything that is wrong with a list: that it is empty; each member that is null, empty or there before.</summary>
    public static IEnumerable<Problem> Check(IReadOnlyList<string?>? members, string place)
    {
        if (members is { Count: 0 })
            yield return new Problem(
                ErrorCodes.EmptySelection, place, "The list is empty: it selects nothing.",
                "Name at least one, or leave the list out to select all.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < (members?.Count ?? 0); i++)
            if (string.IsNullOrEmpty(members![i]))
                yield return new Problem(
                    ErrorCodes.MalformedSelection, JsonPath.Index(place, i), "The list has a member that names nothing.",
                    "Give it a name, or take it out.");
            else if (!seen.Add(members[i]!))
                yield return new Problem(
                    ErrorCodes.MalformedSelection, JsonPath.Index(place, i), $"{Quoted.Text(members[i]!)} stands twice in the list.",
                    "Keep one.");
    }
}
