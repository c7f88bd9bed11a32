using System.CommandLine;
using Migrate.Watching;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;

namespace Migrate.Commands;

/// <summary><c>migrate reconcile</c>: compares source and target, and with <c>--wait</c> answers with the verdict.</summary>
static class ReconcileCommand
{
    public static Command Create(CliServices services)
    {
        var command = new Command("reconcile", "Compare source and target, row by row.");
        var manifest = new Argument<string>("MANIFEST") { Description = "A manifest, as `migrate manifests` lists it." };
        var mode = EnumOption.Create<RunMode>("--mode", "Whose target: full (the default) or rehearsal.");
        var depth = EnumOption.Create<ReconciliationDepth>(
            "--depth", "Count rows, compare a sample, or compare every row (digest, the default).");
        var tenants = StartOptions.Several("--tenant", "Legacy key of a tenant; repeat it for more. [default: all]");
        var entities = StartOptions.Several("--entity", "An entity; repeat it for more. [default: all]");
        var sample = new Option<int?>("--sample") { Description = "Rows that a sample draws of each tenant and entity. [default: 100]" };
        var seed = new Option<int?>("--seed") { Description = "What a sample is drawn by. [default: drawn, and shown]" };
        var wait = new Option<bool>("--wait") { Description = "Watch it to its end; the exit code is its verdict." };
        var repair = new Option<bool>("--repair") { Description = "Repair what differs, and compare again. Implies --wait." };
        var (delete, foreign) = (RepairCommand.DeleteExtra(), RepairCommand.DeleteForeign());
        command.Arguments.Add(manifest);
        foreach (var option in new Option[] { mode, depth, tenants, entities, sample, seed, wait, repair, delete, foreign })
            command.Options.Add(option);
        var options = new ServiceOptions(services, command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = options.CreateClient(parsed);
            var asJson = parsed.GetValue(options.Json);
            var started = (await client.ReconcileAsync(
                new ReconciliationRequest
                {
                    Manifest = parsed.GetRequiredValue(manifest),
                    Mode = EnumOption.Get<RunMode>(parsed, mode) ?? RunMode.Full,
                    Depth = EnumOption.Get<ReconciliationDepth>(parsed, depth) ?? ReconciliationDepth.Digest,
                    Tenants = StartOptions.Given(parsed, tenants),
                    Entities = StartOptions.Given(parsed, entities),
                    SampleSize = parsed.GetValue(sample), Seed = parsed.GetValue(seed),
                }, cancellationToken)).Value;
            if (!parsed.GetValue(wait) && !parsed.GetValue(repair))
            {
                if (asJson)
                    services.Console.Document(started);
                else
                    services.Console.Line($"Reconciliation {started.ReconciliationId} is started.");
                return ExitCodes.Done;
            }
            services.Console.Note($"Reconciliation {started.ReconciliationId} is started.");
            var watch = new ReconciliationWatch(services, client, asJson);
            var ended = await watch.ToEndAsync(started.ReconciliationId, cancellationToken);
            if (ended.Value.Status != States.Completed || ended.Value.IsEqual == true || !parsed.GetValue(repair))
                return watch.Tell(ended);
            if (!asJson)
                watch.Tell(ended);
            return await watch.RepairAsync(
                started.ReconciliationId,
                new RepairRequest { DeleteExtra = parsed.GetValue(delete), DeleteForeign = parsed.GetValue(foreign) },
                cancellationToken);
        });
        return command;
    }
}
