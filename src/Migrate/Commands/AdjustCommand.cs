using System.CommandLine;
using System.Globalization;
using Migrate.Output;
using MigrationFunctions.Contracts;

namespace Migrate.Commands;

/// <summary><c>migrate adjust</c>: changes what bounds a run while it goes on.</summary>
static class AdjustCommand
{
    public static Command Create(CliServices services)
    {
        var runId = RunIdArgument.Required();
        var command = new Command("adjust", "Change the limits of a run that goes on.") { runId };
        var limits = new LimitOptions(command);
        command.Validators.Add(result =>
        {
            if (result.Children.All(c => c is not System.CommandLine.Parsing.OptionResult { Implicit: false } given
                || ServiceOptions.IsOne(given.Option)))
                result.AddError("Say what to change; migrate adjust --help lists it.");
        });
        var options = new ServiceOptions(services, command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = options.CreateClient(parsed);
            var answer = await client.AdjustAsync(
                parsed.GetRequiredValue(runId), limits.Read(parsed), cancellationToken);
            if (parsed.GetValue(options.Json))
                services.Console.Document(answer.Body);
            else
                Tell(services.Console, answer.Value);
            return ExitCodes.Done;
        });
        return command;
    }

    static void Tell(CliConsole console, AdjustedRun run)
    {
        var limits = run.Limits;
        console.Line(string.Create(CultureInfo.InvariantCulture,
            $"Run {run.RunId}: {limits.SourceReaders} readers, {limits.TargetWriters} writers, "
            + $"{limits.BatchWindow} batches of an entity, {limits.TenantWindow} tenants at a time; "
            + $"{limits.RejectLimit:N0} rejected rows a tenant."));
        console.Line(ThrottleLine.Of(run.Throttle));
        foreach (var blackout in limits.Blackouts)
            console.Line(SafeText.Of($"Blackout {blackout}"));
    }
}
