using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using Spectre.Console;

namespace Migrate.Output;

/// <summary>Runs, the newest first.</summary>
static class RunTable
{
    public static Table Of(IReadOnlyList<RunSummary> runs)
    {
        var table = PlainTable.Create("run", "manifest", "mode", "state", "requested (UTC)", "took").WithFigures(5);
        table.Columns[0].NoWrap();
        foreach (var run in runs)
            table.Add(
                PlainTable.Cell(run.RunId), PlainTable.Cell(run.Manifest), PlainTable.Cell(ManifestJson.Name(run.Mode)),
                PlainTable.Cell(run.State), PlainTable.Cell(RunOutput.Time(run.RequestedAt)),
                PlainTable.Cell(RunOutput.Took(run.RequestedAt, run.FinishedAt)));
        return table;
    }
}
