using System.Text.Json;

namespace MigrationFunctions.Core.Manifests;

/// <summary>A named rule that leaves a row behind. Exactly one of the operators is given. A NULL matches
/// <see cref="IsNull"/> only.</summary>
public sealed record FilterRule
{
    /// <summary>Name under which rows are counted and reported.</summary>
    public required string Name { get; init; }

    /// <summary>Source column that is looked at.</summary>
    public required string Column { get; init; }

    /// <summary>Leaves rows whose value equals this string, number or boolean. Text compares exactly, except for
    /// trailing spaces, which SQL Server ignores too.</summary>
    public JsonElement? EqualTo { get; init; }

    /// <summary>Leaves rows whose value equals one of these.</summary>
    public IReadOnlyList<JsonElement>? In { get; init; }

    /// <summary>Leaves rows whose text begins with this, compared exactly.</summary>
    public string? StartsWith { get; init; }

    /// <summary>Leaves rows whose value is NULL (true) or is not NULL (false).</summary>
    public bool? IsNull { get; init; }
}
