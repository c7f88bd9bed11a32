using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Migrate.Output;
using Spectre.Console;

namespace Migrate.Tests.Running;

/// <summary>Runs command lines as the program does, with streams, clock and environment of the test.</summary>
sealed class Cli
{
    readonly Dictionary<string, string?> _environment = [];

    public TimeProvider Clock { get; init; } = new EagerClock();

    public string Folder { get; init; } = Path.GetTempPath();

    /// <summary>Stops the command as Ctrl+C does.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>As on a terminal: with control sequences, redrawn in place.</summary>
    public bool OnTerminal { get; init; }

    public Cli With(string variable, string value)
    {
        _environment[variable] = value;
        return this;
    }

    public static Task<CliResult> RunAsync(params string[] arguments) => new Cli().InvokeAsync(arguments);

    /// <summary>Runs against a service.</summary>
    public static Task<CliResult> RunAsync(ScriptedService service, params string[] arguments) =>
        new Cli().InvokeAsync(service, arguments);

    public Task<CliResult> InvokeAsync(ScriptedService service, params string[] arguments) =>
        InvokeAsync([.. arguments, "--url", service.Url]);

    public async Task<CliResult> InvokeAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var synchronized = TextWriter.Synchronized(output);
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = OnTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = OnTerminal ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = OnTerminal ? InteractionSupport.Yes : InteractionSupport.No,
            Out = new AnsiConsoleOutput(synchronized),
        });
        terminal.Profile.Width = 100;
        terminal.Profile.Height = 40;
        terminal.Profile.Capabilities.Unicode = true;
        var console = new CliConsole(synchronized, error, terminal, OnTerminal);
        var environment = new ConfigurationBuilder().AddInMemoryCollection(_environment).Build();
        var services = new CliServices(console, Clock, environment, Folder);
        var exitCode = await CommandLine.RunAsync(CommandLine.Create(services), arguments, services, Stop);
        return new CliResult(exitCode, output.ToString(), error.ToString());
    }
}

sealed record CliResult(int ExitCode, string Output, string Error)
{
    /// <summary>The one document on standard output; fails when there is more or less.</summary>
    public JsonElement Json() => JsonDocument.Parse(Output).RootElement;

    public string[] Lines() => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
