using System.ComponentModel;
using System.Diagnostics;

namespace LocalPostgres.Running;

/// <summary>What a finished command left: its exit code and its output, trimmed.</summary>
sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    /// <summary>What the command said, preferring what it said about an error.</summary>
    public string Said => Error.Length > 0 ? Error : Output.Length > 0 ? Output : $"exit code {ExitCode}";
}

/// <summary>
/// Runs other programs: never through a shell, never on a terminal, never with settings meant for other servers.
/// </summary>
static class Command
{
    /// <summary>
    /// A server that outlives its launcher may keep the launcher's output open; wait no longer than this for it.
    /// </summary>
    static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Runs a command to its end. A program that is missing or may not be run gives exit code 127 with the reason.
    /// On cancellation the command and its children are killed.
    /// </summary>
    public static async Task<CommandResult> RunAsync(
        IReadOnlyList<string> command, string? folder, CancellationToken ct,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = new Process { StartInfo = Describe(command, folder) };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            process.StartInfo.Environment[name] = value;
        try
        {
            process.Start();
        }
        catch (Win32Exception e)
        {
            return new(127, "", $"{command[0]}: {e.Message}");
        }
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return new(process.ExitCode, await EndOfAsync(output), await EndOfAsync(error));
    }

    /// <summary>How a command is started: streams redirected, messages in English, no PG* variable passed on.</summary>
    public static ProcessStartInfo Describe(IReadOnlyList<string> command, string? folder)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = folder ?? "",
        };
        var foreign = start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal));
        foreach (var name in foreign.ToList())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    static async Task<string> EndOfAsync(Task<string> text)
    {
        try
        {
            return (await text.WaitAsync(OutputGrace)).Trim();
        }
        catch (TimeoutException)
        {
            return "";
        }
    }
}
