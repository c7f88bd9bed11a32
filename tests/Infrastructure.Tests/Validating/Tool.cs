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

    /// <summary>The path of a program, or null when PATH has none.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Ends the test where a tool is missing: skipped on a developer's machine, failed in continuous
    /// integration.</summary>
    public static void Need(bool isThere, string remedy)
    {
        if (isThere)
            return;
        if (Environment.GetEnvironmentVariable("CI") is "true" or "1")
            Assert.Fail(remedy);
        Assert.Skip(remedy);
    }
}

sealed record ToolResult(int ExitCode, string Output, string Errors);
