using System.CommandLine;
using Migrate.Output;

namespace Migrate.Commands;

/// <summary><c>migrate manifests</c>: what the service can start.</summary>
static class ManifestsCommand
{
    public static Command Create(CliServices services)
    {
        var command = new Command("manifests", "List the manifests that the service can start.");
        var options = new ServiceOptions(services, command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = options.CreateClient(parsed);
            var answer = await client.ListManifestsAsync(cancellationToken);
            if (parsed.GetValue(options.Json))
                services.Console.Document(answer.Body);
            else
                services.Console.Draw(ManifestTable.Of(answer.Value.Manifests));
            return ExitCodes.Done;
        });
        return command;
    }
}
