using System.Globalization;
using Migrate.Client;
using Migrate.Output;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Ledger;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Migrate.Watching;

/// <summary>For somebody at a terminal: bars of the tenants at work, redrawn in place and gone at the end.</summary>
sealed class LiveRunView(LiveDisplayContext display, IAnsiConsole terminal) : IRunView
{
    const int BarWidth = 24;

    // The lines above the bars and the cursor's own.
    const int OtherLines = 9;

    IRenderable _shown = new Text("");

    public static Task ShowAsync<T>(IAnsiConsole terminal, Func<IRunView, Task<T>> watch) =>
        terminal.Live(new Text("")).AutoClear(true).Overflow(VerticalOverflow.Ellipsis)
            .StartAsync(async display => await watch(new LiveRunView(display, terminal)));

    public void Show(MigrationStatus run)
    {
        _shown = Draw(run);
        display.UpdateTarget(_shown);
    }

    public void ShowLost(ServiceException failure) => display.UpdateTarget(
        new Rows(_shown, new Text(PlainRunView.Lost(failure), new Style(Color.Yellow))));

    Rows Draw(MigrationStatus run)
    {
        var entities = run.Tenants.SelectMany(t => t.Entities).ToList();
        var lines = new List<IRenderable>
        {
            new Text($"Run {SafeText.Of(run.RunId)} of {SafeText.Of(run.Manifest)}: {SafeText.Of(run.Status)}"),
            new Text(string.Create(CultureInfo.InvariantCulture,
                $"read {run.RowsRead:N0}  written {run.RowsWritten:N0}  rejected {run.RowsRejected:N0}  "
                + $"filtered {run.RowsFiltered:N0}  "
                + $"batches {entities.Sum(e => e.BatchesDone)}/{entities.Sum(e => e.Batches)}")),
            new Text(
                string.Join("  ", run.Tenants.CountBy(t => t.Status).Select(s => $"{s.Value} {SafeText.Of(s.Key)}")),
                new Style(Color.Grey)),
        };
        if (run.Live is { } live)
        {
            lines.Insert(2, new Text(LiveText.Of(live)));
            if (live.SlowestBatch is { } slowest)
                lines.Insert(3, new Text(SafeText.Of(LiveText.Of(slowest)), new Style(Color.Grey)));
        }
        if (run.Throttle is { } throttle)
            lines.Add(new Text(ThrottleLine.Of(throttle), new Style(Color.Grey)));
        lines.Add(Bars(run));
        return new Rows(lines);
    }

    Grid Bars(MigrationStatus run)
    {
        var grid = new Grid().AddColumn().AddColumn(new GridColumn().NoWrap())
            .AddColumn(new GridColumn().RightAligned());
        var atWork = run.Tenants.Where(t => t.Status == States.Running)
            .SelectMany(t => t.Entities.Where(IsAtWork).Select(e => (Tenant: t, Entity: e)))
            .Take(Math.Max(1, terminal.Profile.Height - OtherLines));
        foreach (var (tenant, entity) in atWork)
            grid.AddRow(
                new Text(SafeText.Of($"{tenant.Tenant} {tenant.Name}: {entity.Entity}")),
                Bar(entity),
                new Text(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{entity.RowsRead:N0} rows  {entity.Live?.RowsPerSecondNow ?? 0:N0}/s")));
        return grid;
    }

    static bool IsAtWork(EntityStatus entity) =>
        entity is { Batches: > 0, RowsSource: null } || entity.BatchesDone < entity.Batches;

    // Batches are planned a page at a time, so the bar's end may still move.
    Text Bar(EntityStatus entity)
    {
        var filled = entity.Batches == 0 ? 0 : (int)((long)BarWidth * entity.BatchesDone / entity.Batches);
        var (full, empty) = terminal.Profile.Capabilities.Unicode ? ('\u2588', '\u2591') : ('#', '-');
        var bar = new string(full, filled) + new string(empty, BarWidth - filled);
        return new Text(
            string.Create(CultureInfo.InvariantCulture, $"{bar} {entity.BatchesDone}/{entity.Batches}"),
            new Style(Color.Green));
    }
}
