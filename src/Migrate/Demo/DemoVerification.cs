using System.Diagnostics;
using System.Globalization;
using Migrate.Client;
using Migrate.Output;
using Migrate.Watching;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Reconciling;

namespace Migrate.Demo;

/// <summary>Damages rows of the demonstration's target if asked to, compares source and target, and repairs.</summary>
sealed class DemoVerification(CliServices services, MigrationClient client, DemoOptions options)
{
    /// <summary>What came of it.</summary>
    public VerificationFigures? Figures { get; private set; }

    /// <returns>The verdict as exit code.</returns>
    public async Task<int> RunAsync(
        SampleTarget target, ReconciliationDepth depth, CancellationToken cancellationToken)
    {
        var damaged = await Damage.DoAsync(target.Admin, options.Corrupt, cancellationToken);
        foreach (var damage in damaged)
            Line($"Damaged: {damage}");
        var watch = new ReconciliationWatch(services, client, asJson: false);
        var clock = Stopwatch.StartNew();
        var started = (await client.ReconcileAsync(
            new ReconciliationRequest
            {
                Manifest = options.Request.Manifest, Mode = options.Mode, Depth = depth, Seed = options.Seed,
            }, cancellationToken)).Value;
        var found = (await watch.ToEndAsync(started.ReconciliationId, cancellationToken)).Value;
        Figures = VerificationFigures.Of(found, damaged, clock.Elapsed);
        if (options.Reports is { } folder)
            await DemoReports.WriteAsync(
                services.Console, client, folder, "reconciliations", found.ReconciliationId, cancellationToken);
        if (!options.AsJson)
        {
            ReconciliationOutput.Print(services.Console, found);
            services.Console.Line(string.Create(
                CultureInfo.InvariantCulture, $"{Figures.Seconds:F1} s to compare {found.Slices.Sum(s => s.Compared):N0} rows."));
        }
        if (found.Status != States.Completed || found.IsEqual == true || !options.Repair)
            return ExitCodes.Of(found);
        return await RepairAsync(watch, found.ReconciliationId, cancellationToken);
    }

    async Task<int> RepairAsync(ReconciliationWatch watch, string id, CancellationToken cancellationToken)
    {
        var repair = await watch.RepairToEndAsync(id, new RepairRequest { DeleteExtra = true, DeleteForeign = true }, cancellationToken);
        Figures = Figures! with { Repair = repair.Value };
        if (!options.AsJson)
            RepairOutput.Print(services.Console, repair.Value);
        return ExitCodes.Of(repair.Value);
    }

    void Line(string text)
    {
        if (!options.AsJson)
            services.Console.Line(text);
    }
}

/// <summary>What <c>demo --verify --json</c> adds.</summary>
/// <param name="Damaged">What was done to the target, a line for each.</param>
/// <param name="Found">Rows that differ.</param>
sealed record VerificationFigures(
    string ReconciliationId, string Status, bool? IsEqual, double Seconds, long Compared, IReadOnlyList<string> Damaged,
    long Found, IReadOnlyList<RowDifference> Differences, IReadOnlyList<ReconciliationCheck> FailedChecks)
{
    public RepairStatus? Repair { get; init; }

    public static VerificationFigures Of(
        ReconciliationStatus found, IReadOnlyList<string> damaged, TimeSpan took) => new(
        found.ReconciliationId, found.Status, found.IsEqual, Math.Round(took.TotalSeconds, 3),
        found.Slices.Sum(s => s.Compared), damaged, found.Slices.Sum(s => s.Missing + s.Extra + s.Different),
        found.Differences, [.. found.Checks.Where(c => c.Found != 0)]);
}
