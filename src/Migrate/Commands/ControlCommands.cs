using System.CommandLine;

namespace Migrate.Commands;

/// <summary><c>migrate suspend</c>, <c>resume</c> and <c>terminate</c>: steer a run.</summary>
static class ControlCommands
{
    public static Command Suspend(CliServices services) => Create(
        services, "suspend", "Start no new batch of a run until it is resumed.");

    public static Command Resume(CliServices services) => Create(services, "resume", "Let a suspended run go on.");

    public static Command Terminate(CliServices services) => Create(
        services, "terminate",
        "End a run for good. What it wrote stays; a new run of the same manifest goes on from there.");

    static Command Create(CliServices services, string verb, string description)
    {
        var runId = RunIdArgument.Required();
        var command = new Command(verb, description) { runId };
        var options = new ServiceOptions(services, command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = options.CreateClient(parsed);
            var answer = await client.SteerAsync(parsed.GetRequiredValue(runId), verb, cancellationToken);
            if (parsed.GetValue(options.Json))
                services.Console.Document(answer.Body);
            else
                services.Console.Line(
                    $"Run {answer.Value.RunId}: {answer.Value.Status}"
                    + (answer.Value.WaitsFor is { } what ? $", waiting for {what}." : "."));
            return ExitCodes.Done;
        });
        return command;
    }
}
