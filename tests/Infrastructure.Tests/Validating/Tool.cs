using System.Diagnostics;

namespace Infrastructure.Tests.Validating;

/// <summary>A program that validates files.</summary>
static class Tool
{
    /// <summary>Runs it in the root, without a shell.</summary>
    /// <param name="folder">A folder whose programs go before those of PATH.</param>
    public static async Task<ToolResult> RunAsync(string program, IEnumerable<string> arguments, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        if (folder is not null)
            start.Environment["PATH"] = $"{folder}{Path.PathSeparator}{start.Environment["PATH"]}";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new ToolResult(process.ExitCode, await output, await errors);
    }
}

sealed record ToolResult(int ExitCode, string Output, string Errors);
