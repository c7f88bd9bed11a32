using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Reporting;

/// <summary>States for every migrated column whether its values were carried over exactly, or which declared rule changed how
/// many of them.</summary>
static class LossRegister
{
    /// <param name="adjusted">Counts of changed values by <c>targetColumn:rule</c>, with their entity; of several tenants
    /// they are added up.</param>
    public static ReportTable Of(
        RunContext run, IEnumerable<(string Entity, IReadOnlyDictionary<string, long> Counts)> adjusted)
    {
        var counts = adjusted.SelectMany(a => a.Counts.Select(c => (a.Entity, Name: c.Key, c.Value)))
            .GroupBy(c => (c.Entity, c.Name), c => c.Value).ToDictionary(c => c.Key, c => c.Sum());
        return new ReportTable(
            "lossRegister", "Loss register",
            "Every column: carried over exactly, or changed by a rule that the manifest declares, with the number of values that the "
            + "rule touched.",
            ["entity", "column", "from", "carriedOver", "values"],
            [.. run.SelectedEntities.SelectMany(e => ColumnsOf(e).SelectMany(c => RowsOf(e.Name, c.Target, c.Source, counts)))]);
    }

    static IEnumerable<(string Target, string Source)> ColumnsOf(EntityManifest entity) =>
    [
        (entity.Target.LegacyId, string.Join(", ", entity.Source.Key)),
        .. entity.Columns.Select(c => (c.Target, c.Reference is { } parent ? $"{c.Source} (the id of {parent})" : c.Source)),
    ];

    static IEnumerable<IReadOnlyList<object?>> RowsOf(
        string entity, string column, string source, Dictionary<(string Entity, string Name), long> counts)
    {
        var rules = counts.Where(c => c.Key.Entity == entity && c.Key.Name.StartsWith(column + ":", StringComparison.Ordinal))
            .OrderBy(c => c.Key.Name, StringComparer.Ordinal).ToList();
        return rules.Count == 0
            ? [[entity, column, source, "exactly", 0L]]
            : rules.Select(IReadOnlyList<object?> (r) => [entity, column, source, r.Key.Name[(column.Length + 1)..], r.Value]);
    }
}
