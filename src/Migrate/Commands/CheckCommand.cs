using System.CommandLine;
using Migrate.Output;
using MigrationFunctions.Contracts;

namespace Migrate.Commands;

/// <summary><c>migrate check</c>: does the service reach both databases, as whom, and how does it log in.</summary>
static class CheckCommand
{
    public static Command Create(CliServices services)
    {
        var command = new Command("check", "Ask the service whether it reaches both databases, and as whom.");
        var options = new ServiceOptions(services, command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = options.CreateClient(parsed);
            var answer = await client.CheckAsync(cancellationToken);
            if (parsed.GetValue(options.Json))
                services.Console.Document(answer.Body);
            else
                Draw(services.Console, answer.Value);
            return ExitCodes.Done;
        });
        return command;
    }

    static void Draw(CliConsole console, HealthReport health)
    {
        console.Draw(HealthTable.Of(health));
        if (health.Connections is not { Count: > 0 } connections)
            return;
        console.Line();
        console.Draw(ConnectionTable.Of(connections));
    }
}
