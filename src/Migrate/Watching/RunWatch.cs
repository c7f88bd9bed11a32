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
        Answer<MigrationStatus>? last = null;
        try
        {
            await WatchAsync(services, client, runId, asJson ? console.Error : console.Output, asJson, a => last = a, cancellationToken);
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

    /// <summary>Watches a run, plain lines beside the result, and returns its end.</summary>
    public static async Task<MigrationStatus> UntilEndAsync(
        CliServices services, MigrationClient client, string runId, bool asJson, CancellationToken cancellationToken)
    {
        Answer<MigrationStatus>? last = null;
        await WatchAsync(services, client, runId, services.Console.Error, asJson, a => last = a, cancellationToken);
        return last!.Value;
    }

    static Task WatchAsync(
        CliServices services, MigrationClient client, string runId, TextWriter plain, bool asJson,
        Action<Answer<MigrationStatus>> seen, CancellationToken cancellationToken)
    {
        var watcher = new Watcher<MigrationStatus>(
            token => client.GetRunAsync(runId, token), run => run.Status, services.Clock);
        return services.Console.IsInteractive && !asJson
            ? LiveRunView.ShowAsync(services.Console.Terminal, ShowOn)
            : ShowOn(new PlainRunView(plain, services.Clock));

        Task<Answer<MigrationStatus>> ShowOn(IRunView view) => watcher.WatchAsync(
            answer =>
            {
                seen(answer);
                view.Show(answer.Value);
            }, view.ShowLost, cancellationToken);
    }

    /// <summary>Prints a run and returns its verdict.</summary>
    public static int Tell(CliConsole console, Answer<MigrationStatus> run, bool asJson)
    {
        if (asJson)
            console.Document(run.Body);
        else
            RunOutput.Print(console, run.Value);
        return ExitCodes.Of(run.Value);
    }
}
