using System.Globalization;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using Spectre.Console;

namespace Migrate.Output;

/// <summary>A run as people read it: what it was, each tenant's and entity's account, what was found, and the
/// verdict.</summary>
public static class RunOutput
{
    public static void Print(CliConsole console, MigrationStatus run)
    {
        console.Line(SafeText.Of($"Run {run.RunId} of {run.Manifest} ({ManifestJson.Name(run.Mode)}): {run.Status}"));
        var took = Took(run.RequestedAt, run.FinishedAt);
        console.Line($"Requested {Time(run.RequestedAt)} UTC{(took.Length > 0 ? $", took {took}" : "")}");
        if (run is { FinishedAt: null, Throttle: { } throttle })
            console.Line(ThrottleLine.Of(throttle));
        if (run.Mode == RunMode.DryRun)
            console.Line("Dry run: all that was written was rolled back.");
        if (run.Tenants.Count > 0)
            console.Draw(Account(run));
        foreach (var (entity, rows) in run.Unassigned.Where(u => u.Value > 0))
            console.Line(SafeText.Of($"Of no listed tenant: {Figure(rows)} rows of {entity}."));
        if (run.Tenants.Any(t => t.Entities.Any(e => e.Adjusted.Count > 0)))
            console.Draw(Adjustments(run));
        foreach (var tenant in run.Tenants.Where(t => t.Failure is not null))
            console.Line(SafeText.Of($"Tenant {tenant.Tenant} failed: {tenant.Failure}"));
        foreach (var finding in run.Findings)
            console.Line(ProblemLine.Of(finding));
        if (run.Failure is { } failure)
            console.Line(SafeText.Of($"Failure: {failure}"));
        if (run.Status == States.Interrupted)
            console.Line(
                "Nothing executes the run any more. Start the manifest again: a new run goes on from the ledger.");
        if (run.Live is { } live)
        {
            console.Line($"Speed: {LiveText.Of(live)}.");
            if (live.SlowestBatch is { } slowest)
                console.Line(SafeText.Of(LiveText.Of(slowest)));
        }
        console.Line(Verdict(run));
    }

    /// <summary>A row for each tenant, and under it its entities'.</summary>
    public static Table Account(MigrationStatus run)
    {
        // Nine columns with figures of millions fit into 100 characters just so.
        var table = PlainTable.Create(1,
            ["tenant", "entity", "batches", "source", "read", "written", "rejected", "filtered", "equal"])
            .WithFigures(2, 3, 4, 5, 6, 7);
        foreach (var tenant in run.Tenants)
        {
            var name = $"{tenant.Tenant} {tenant.Name}".TrimEnd();
            table.Add(PlainTable.Cell(name), PlainTable.Cell(tenant.Status));
            foreach (var entity in tenant.Entities)
                AddEntity(table, entity);
        }
        return table;
    }

    /// <summary>What the manifest's rules changed, over all tenants: entity, column and rule.</summary>
    static Table Adjustments(MigrationStatus run)
    {
        var table = PlainTable.Create("changed values of", "column", "rule", "values").WithFigures(3);
        var entities = run.Tenants.SelectMany(t => t.Entities).ToList();
        var order = entities.Select(e => e.Entity).Distinct().ToList();
        var sums = entities.SelectMany(e => e.Adjusted.Select(a => (e.Entity, a.Key, a.Value)))
            .GroupBy(a => (a.Entity, a.Key), a => a.Value)
            .OrderBy(s => order.IndexOf(s.Key.Entity)).ThenBy(s => s.Key.Key, StringComparer.Ordinal);
        foreach (var sum in sums)
        {
            var (column, rule) = sum.Key.Key.LastIndexOf(':') is var colon and >= 0
                ? (sum.Key.Key[..colon], sum.Key.Key[(colon + 1)..])
                : (sum.Key.Key, "");
            table.Add(
                PlainTable.Cell(sum.Key.Entity), PlainTable.Cell(column), PlainTable.Cell(rule),
                PlainTable.Cell(Figure(sum.Sum())));
        }
        return table;
    }

    static void AddEntity(Table table, EntityStatus entity) => table.Add(
        PlainTable.Cell(""), PlainTable.Cell(entity.Entity),
        PlainTable.Cell($"{entity.BatchesDone}/{entity.Batches}"),
        PlainTable.Cell(entity.RowsSource is { } rows ? Figure(rows) : "-"), PlainTable.Cell(Figure(entity.RowsRead)),
        PlainTable.Cell(Figure(entity.RowsWritten)), PlainTable.Cell(Figure(entity.RowsRejected)),
        PlainTable.Cell(Figure(entity.RowsFiltered)),
        new Text(entity.IsConserved ? "yes" : entity.RowsSource is null ? "-" : "NO"));

    static string Verdict(MigrationStatus run)
    {
        var account = $"source {Figure(run.RowsSource)}, written {Figure(run.RowsWritten)}, "
            + $"rejected {Figure(run.RowsRejected)}, filtered {Figure(run.RowsFiltered)}";
        return run.Status is not (States.Completed or States.CompletedWithRejects) ? $"So far: {account}."
            : run.IsConserved ? $"Equal: {account}."
            : $"NOT EQUAL: {account}.";
    }

    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary><c>1:02:03</c>, or nothing for a run that has not ended.</summary>
    public static string Took(DateTimeOffset requested, DateTimeOffset? finished) => finished is not { } end ? ""
        : string.Create(
            CultureInfo.InvariantCulture, $"{(long)(end - requested).TotalHours}:{end - requested:mm\\:ss}");

    static string Figure(long rows) => rows.ToString("N0", CultureInfo.InvariantCulture);
}
