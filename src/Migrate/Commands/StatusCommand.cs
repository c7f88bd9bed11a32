using System.CommandLine;
using Migrate.Output;
using Migrate.Watching;
using MigrationFunctions.Contracts;

namespace Migrate.Commands;

/// <summary><c>migrate status</c>: the runs, or one run's figures and verdict.</summary>
static class StatusCommand
{
    public static Command Create(CliServices services)
    {
        var runId = RunIdArgument.Optional();
        var watch = new Option<bool>("--watch")
        {
            Description = "Stay until the run ends. Ctrl+C stops watching, not the run.",
        };
        var command = new Command(
            "status",
            "Show a run with its tenants and entities, or list the runs. A run that has ended decides the exit code.")
        {
            runId, watch,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(watch) && result.GetValue(runId) is null)
                result.AddError("--watch needs a RUNID.");
        });
        var options = new ServiceOptions(services, command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = options.CreateClient(parsed);
            var asJson = parsed.GetValue(options.Json);
            if (parsed.GetValue(runId) is not { } id)
                return Tell(services.Console, await client.ListRunsAsync(cancellationToken), asJson);
            if (parsed.GetValue(watch))
            {
                // Without this first look a wrong id or address would be asked for again and again.
                await client.GetRunAsync(id, cancellationToken);
                return await RunWatch.ToEndAsync(services, client, id, asJson, cancellationToken);
            }
            return RunWatch.Tell(services.Console, await client.GetRunAsync(id, cancellationToken), asJson);
        });
        return command;
    }

    static int Tell(CliConsole console, Client.Answer<MigrationList> runs, bool asJson)
    {
        if (asJson)
            console.Document(runs.Body);
        else
            console.Draw(RunTable.Of(runs.Value.Migrations));
        return ExitCodes.Done;
    }
}
