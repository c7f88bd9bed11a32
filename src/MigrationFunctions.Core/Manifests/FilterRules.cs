using System.Text.Json;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Whether an entity's filters make sense.</summary>
static class FilterRules
{
    /// <summary>The operators of a filter, of which exactly one is given.</summary>
    public static IReadOnlyList<string> Operators { get; } = ["equalTo", "in", "startsWith", "isNull"];

    public static void Check(ProblemCollector problems, string path, IReadOnlyList<FilterRule> filters)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < filters.Count; i++)
        {
            var filter = filters[i];
            var at = JsonPath.Index(path, i);
            NameRules.CheckFilter(problems, $"{at}.name", filter.Name);
            if (!names.Add(filter.Name))
                problems.Add(ErrorCodes.DuplicateFilter, $"{at}.name",
                    $"Another filter of this entity is called {Quoted.Text(filter.Name)} too.",
                    "Give each a name of its own: rows are counted under it.");
            IdentifierRules.CheckSourceColumn(problems, $"{at}.column", filter.Column);
            CheckOperator(problems, at, filter);
        }
    }

    static void CheckOperator(ProblemCollector problems, string path, FilterRule filter)
    {
        bool[] isGiven =
        [
            filter.EqualTo is not null, filter.In is not null, filter.StartsWith is not null, filter.IsNull is not null,
        ];
        var given = Operators.Where((_, i) => isGiven[i]).ToList();
        if (given.Count != 1)
            problems.Add(ErrorCodes.FilterOperator, path,
                given.Count == 0
                    ? "The filter has no operator."
                    : $"The filter has {given.Count} operators: {Quoted.List(given)}.",
                $"Give exactly one of {string.Join(", ", Operators)}.");
        if (filter.In is { Count: 0 })
            problems.Add(ErrorCodes.EmptyFilter, $"{path}.in", "The list is empty: the filter would never apply.",
                "List at least one value, or remove the filter.");
        for (var i = 1; i < filter.In?.Count; i++)
            if (filter.In.Take(i).Any(earlier => JsonElement.DeepEquals(earlier, filter.In[i])))
                problems.Add(ErrorCodes.DuplicateFilterValue, JsonPath.Index($"{path}.in", i),
                    $"{Quoted.Text(filter.In[i].GetRawText())} stands twice in 'in'.", "Keep one.");
        if (filter.StartsWith is { Length: 0 })
            problems.Add(ErrorCodes.EmptyFilter, $"{path}.startsWith",
                "Every text begins with an empty one: the filter would leave all rows behind.",
                "Give at least one character; use 'isNull': false for every row that has a value.");
    }
}
