using System.CommandLine;
using Migrate.Watching;
using MigrationFunctions.Core.Manifests;

namespace Migrate.Commands;

/// <summary><c>migrate start</c>: starts a run, and with <c>--wait</c> answers with its verdict.</summary>
static class StartCommand
{
    public static Command Create(CliServices services)
    {
        var command = new Command("start", "Start a run of a manifest.");
        var start = new StartOptions(command);
        var wait = new Option<bool>("--wait")
        {
            Description = "Watch the run to its end; the exit code is its verdict.",
        };
        command.Options.Add(wait);
        var options = new ServiceOptions(services, command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var console = services.Console;
            var asJson = parsed.GetValue(options.Json);
            using var client = options.CreateClient(parsed);
            var request = start.Read(parsed);
            var started = (await client.StartAsync(request, cancellationToken)).Value;
            if (parsed.GetValue(wait))
            {
                console.Note($"Run {started.RunId} is started.");
                return await RunWatch.ToEndAsync(services, client, started.RunId, asJson, cancellationToken);
            }
            if (asJson)
                console.Document(started);
            else
            {
                console.Line(
                    $"Run {started.RunId} is started: {request.Manifest}, {Mode(request)}, {started.Tenants} tenants.");
                console.Line($"Watch it with: migrate status {started.RunId} --watch");
            }
            return ExitCodes.Done;
        });
        return command;
    }

    static string Mode(MigrationFunctions.Core.Starting.StartRequest request) =>
        ManifestJson.Name(request.Mode);
}
