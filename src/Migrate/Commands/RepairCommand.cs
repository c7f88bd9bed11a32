using System.CommandLine;
using Migrate.Watching;
using MigrationFunctions.Core.Reconciling;

namespace Migrate.Commands;

/// <summary><c>migrate repair</c>: migrates again what a reconciliation found missing or different, and compares
/// again.</summary>
static class RepairCommand
{
    public static Command Create(CliServices services)
    {
        var command = new Command("repair", "Migrate again what a reconciliation found, and compare again.");
        var id = new Argument<string>("RECONCILIATION") { Description = "The reconciliation's id." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Do it, say what was done, and roll it back." };
        var (delete, foreign) = (DeleteExtra(), DeleteForeign());
        command.Arguments.Add(id);
        command.Options.Add(dryRun);
        command.Options.Add(delete);
        command.Options.Add(foreign);
        var options = new ServiceOptions(services, command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = options.CreateClient(parsed);
            var request = new RepairRequest
            {
                DryRun = parsed.GetValue(dryRun), DeleteExtra = parsed.GetValue(delete), DeleteForeign = parsed.GetValue(foreign),
            };
            return await new ReconciliationWatch(services, client, parsed.GetValue(options.Json))
                .RepairAsync(parsed.GetRequiredValue(id), request, cancellationToken);
        });
        return command;
    }

    public static Option<bool> DeleteExtra() => new("--delete-extra")
    {
        Description = "Delete rows of the target that the manifest wrote and the source does not account for.",
    };

    public static Option<bool> DeleteForeign() => new("--delete-foreign")
    {
        Description = "Delete also rows that the manifest did not write: those of the new application, of another manifest, or "
            + "under an id that is not the rule's.",
    };
}
