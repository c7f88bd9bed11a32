using System.Globalization;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Reconciling;

namespace Migrate.Output;

/// <summary>A reconciliation as people read it: verdict first, then what does not fit, then the account.</summary>
static class ReconciliationOutput
{
    public static void Print(CliConsole console, ReconciliationStatus reconciliation)
    {
        console.Line(SafeText.Of(
            $"Reconciliation {reconciliation.ReconciliationId} of {reconciliation.Manifest} "
            + $"({ManifestJson.Name(reconciliation.Mode)}, {ManifestJson.Name(reconciliation.Depth)}): {reconciliation.Status}"));
        if (reconciliation.Depth == ReconciliationDepth.Sample)
            console.Line(string.Create(CultureInfo.InvariantCulture, $"Sample drawn by seed {reconciliation.Seed}."));
        PrintAccount(console, reconciliation);
        foreach (var check in reconciliation.Checks.Where(c => c.Found != 0))
            console.Line(SafeText.Of(string.Create(
                CultureInfo.InvariantCulture,
                $"Check {check.Name} of {check.Entity}{(check.Tenant is { } t ? $", tenant {t}" : "")}: "
                + $"{check.Found:N0}. {check.Detail}")));
        foreach (var difference in reconciliation.Differences)
            console.Line(SafeText.Of(Line(difference)));
        foreach (var slice in reconciliation.Slices.Where(s => s.Failure is not null))
            console.Line(SafeText.Of($"{slice.Entity} of tenant {slice.Tenant} failed: {slice.Failure}"));
        if (reconciliation.Failure is { } failure)
            console.Line(SafeText.Of($"Failure: {failure}"));
        foreach (var missing in reconciliation.Unknown)
            console.Line(SafeText.Of($"Not known: {missing}"));
        console.Line(Verdict(reconciliation));
    }

    static void PrintAccount(CliConsole console, ReconciliationStatus reconciliation)
    {
        var table = PlainTable.Create(1,
            ["tenant", "entity", "source", "target", "rejected", "filtered", "compared", "missing", "extra", "different", "equal"])
            .WithFigures(2, 3, 4, 5, 6, 7, 8, 9);
        foreach (var slice in reconciliation.Slices)
            table.Add([.. new[]
            {
                slice.Tenant, slice.Entity, Figure(slice.Source.Rows), Figure(slice.Target.Rows), Figure(slice.Rejected),
                Figure(slice.Filtered), Figure(slice.Compared), Figure(slice.Missing), Figure(slice.Extra),
                Figure(slice.Different), slice.IsEqual switch { true => "yes", false => "NO", null => "-" },
            }.Select(PlainTable.Cell)]);
        console.Draw(table);
    }

    /// <summary>A difference in a line: tenant, entity, key, and the columns with what differs, never a value.</summary>
    public static string Line(RowDifference difference)
    {
        var columns = string.Join("; ", difference.Columns.Select(c => $"{c.Column}: {c.Nature}"));
        return $"Tenant {difference.Tenant}, {difference.Entity} {difference.LegacyKey}: {ManifestJson.Name(difference.Kind)}"
            + (columns.Length > 0 ? $" ({columns})" : $" (id {difference.TargetId})");
    }

    static string Verdict(ReconciliationStatus reconciliation)
    {
        var slices = reconciliation.Slices;
        var account = $"source {Figure(slices.Sum(s => s.Source.Rows))}, target {Figure(slices.Sum(s => s.Target.Rows))}, "
            + $"rejected {Figure(slices.Sum(s => s.Rejected))}, filtered {Figure(slices.Sum(s => s.Filtered))}, "
            + $"missing {Figure(slices.Sum(s => s.Missing))}, extra {Figure(slices.Sum(s => s.Extra))}, "
            + $"different {Figure(slices.Sum(s => s.Different))}";
        return reconciliation.IsEqual switch
        {
            true => $"Equal: {account}.",
            false => $"NOT EQUAL: {account}.",
            null => $"{(reconciliation.Verdict is null ? "No verdict yet" : "UNKNOWN")}: {account}.",
        };
    }

    static string Figure(long rows) => rows.ToString("N0", CultureInfo.InvariantCulture);
}
