using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using Spectre.Console;

namespace Migrate.Output;

/// <summary>Manifests, and which of them can be started.</summary>
static class ManifestTable
{
    public static Table Of(IReadOnlyList<ManifestListing> manifests)
    {
        var table = PlainTable.Create("manifest", "state", "description");
        foreach (var manifest in manifests)
            table.Add(
                PlainTable.Cell(manifest.Name), PlainTable.Cell(State(manifest)),
                PlainTable.Cell(manifest.Description));
        return table;
    }

    static string State(ManifestListing manifest) =>
        manifest.Problems.Count(p => p.Severity == ProblemSeverity.Error) switch
        {
            0 => "valid",
            1 => "1 problem",
            var count => $"{count} problems",
        };
}
