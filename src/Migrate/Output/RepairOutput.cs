using System.Globalization;
using MigrationFunctions.Contracts;

namespace Migrate.Output;

/// <summary>A repair as people read it.</summary>
static class RepairOutput
{
    public static void Print(CliConsole console, RepairStatus repair)
    {
        console.Line(SafeText.Of($"Repair {repair.RepairId} of {repair.ReconciliationId}: {repair.Status}"));
        if (repair.DryRun)
            console.Line("Dry run: all that was done was rolled back.");
        if (repair.Slices.Count > 0)
        {
            var table = PlainTable.Create("tenant", "entity", "written", "deleted", "rejected", "left").WithFigures(2, 3, 4, 5);
            foreach (var slice in repair.Slices)
                table.Add([.. new[]
                {
                    slice.Tenant, slice.Entity, Figure(slice.Written), Figure(slice.Deleted), Figure(slice.Rejected),
                    Figure(slice.Remaining),
                }.Select(PlainTable.Cell)]);
            console.Draw(table);
        }
        if (repair.Slices.Any(s => s.Remaining > 0))
            console.Line(
                "Rows were left: those that the source does not account for go with --delete-extra, those that the manifest did "
                + "not write with --delete-foreign.");
        if (repair.Failure is { } failure)
            console.Line(SafeText.Of($"Failure: {failure}"));
        if (repair.FollowUp is { } followUp)
            console.Line(SafeText.Of(repair.IsEqual switch
            {
                true => $"Equal: reconciliation {followUp}.",
                false => $"NOT EQUAL: reconciliation {followUp}.",
                null => $"{(repair.Verdict is null ? "No verdict yet" : "UNKNOWN")}: reconciliation {followUp}.",
            }));
        foreach (var missing in repair.Unknown)
            console.Line(SafeText.Of($"Not known: {missing}"));
    }

    static string Figure(long rows) => rows.ToString("N0", CultureInfo.InvariantCulture);
}
