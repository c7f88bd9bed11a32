using System.CommandLine;
using System.CommandLine.Invocation;
using Migrate.Client;
using Migrate.Commands;
using Migrate.Output;
using MigrationFunctions.Core.Errors;

namespace Migrate;

/// <summary>The command <c>migrate</c>: what it offers, and how every failure is told.</summary>
public static class CommandLine
{
    // A host that is stopped gets this long for what it has in hand.
    static readonly TimeSpan EndingTime = TimeSpan.FromSeconds(20);

    /// <summary>The commands that are clients of the HTTP API; the hosting ones are added by the program.</summary>
    public static RootCommand Create(CliServices services) => new(
        "Moves a legacy SQL Server database of many school districts into one multi-tenant PostgreSQL.\n"
        + "Exit codes: 0 done and equal, 1 finished but not equal or over the reject limit,\n"
        + "2 wrong use, invalid manifest or refused settings, 3 cannot connect,\n"
        + "4 the run failed or was stopped, 5 refused (conflict).")
    {
        CheckCommand.Create(services),
        ManifestsCommand.Create(services),
        ValidateCommand.Create(services),
        StartCommand.Create(services),
        StatusCommand.Create(services),
        ControlCommands.Suspend(services),
        ControlCommands.Resume(services),
        ControlCommands.Terminate(services),
        AdjustCommand.Create(services),
        ReconcileCommand.Create(services),
        RepairCommand.Create(services),
        ReportCommand.Create(services),
        RejectsCommand.Create(services),
        AuditCommand.Create(services),
        MapCommand.Create(services),
    };

    /// <summary>Runs one command line. Never throws: a failure is told and becomes the exit code.</summary>
    /// <param name="cancellationToken">Stops the command as Ctrl+C does.</param>
    public static async Task<int> RunAsync(
        RootCommand root, string[] arguments, CliServices services, CancellationToken cancellationToken = default)
    {
        var console = services.Console;
        var parsed = root.Parse(arguments);
        var invocation = new InvocationConfiguration
        {
            Output = console.Output,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = EndingTime,
        };
        if (parsed.Action is ParseErrorAction usage)
            return await TellUsageAsync(parsed, usage, arguments, invocation, console, cancellationToken);
        try
        {
            return await parsed.InvokeAsync(invocation, cancellationToken);
        }
        catch (Exception e)
        {
            var exitCode = ExitCodes.Of(e);
            FailureOutput.Tell(console, e, exitCode, WantsJson(parsed));
            return exitCode;
        }
    }

    static async Task<int> TellUsageAsync(
        ParseResult parsed, ParseErrorAction usage, string[] arguments, InvocationConfiguration invocation,
        CliConsole console, CancellationToken cancellationToken)
    {
        if (!arguments.Contains("--json"))
        {
            invocation.Output = console.Error;
            usage.ShowHelp = arguments.Length == 0;
            await parsed.InvokeAsync(invocation, cancellationToken);
            return ExitCodes.WrongUse;
        }
        var command = parsed.CommandResult.Command.Name;
        console.Document(new FailureDocument(
            "The command line is not valid.", ExitCodes.WrongUse, null, [.. parsed.Errors.Select(e => new Problem(
                CliErrorCodes.Usage, command, e.Message, $"See {command} --help."))]));
        return ExitCodes.WrongUse;
    }

    static bool WantsJson(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.FirstOrDefault(o => o.Name == "--json") is Option<bool> json
            && parsed.GetValue(json);
}
