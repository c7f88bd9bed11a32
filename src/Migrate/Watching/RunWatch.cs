using Migrate.Client;
using Migrate.Output;
using MigrationFunctions.Contracts;

namespace Migrate.Watching;

/// <summary>Watches a run to its end in the way that suits who watches, then tells the result.</summary>
static class RunWatch
{
    /// <summary>Returns the run's verdict as exit code, or that the watch was stopped; the run goes on then.</summary>
    public static async Task<int> ToEndAsync(
        CliServices services, MigrationClient client, string runId, bool asJson, CancellationToken cancellationToken)
    {
        var console = services.Console;
        var watcher = new RunWatcher(client, services.Clock);
        Answer<MigrationStatus>? last = null;
        try
        {
            if (console.IsInteractive && !asJson)
                await LiveRunView.ShowAsync(console.Terminal, services.Clock, view =>
                    watcher.WatchAsync(runId, view, answer => last = answer, cancellationToken));
            else
                await watcher.WatchAsync(
                    runId, new PlainRunView(asJson ? console.Error : console.Output, services.Clock),
                    answer => last = answer, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (asJson && last is not null)
                console.Document(last.Body);
            console.Note($"Stopped watching; the run goes on. Watch it again with: migrate status {runId} --watch");
            return ExitCodes.Interrupted;
        }
        return Tell(console, last!, asJson);
    }

    /// <summary>Prints a run and returns its verdict.</summary>
    public static int Tell(CliConsole console, Answer<MigrationStatus> run, bool asJson)
    {
        if (asJson)
            console.Document(run.Body);
        else
            RunReport.Print(console, run.Value);
        return ExitCodes.Of(run.Value);
    }
}
