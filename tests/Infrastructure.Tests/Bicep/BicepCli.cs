using System.Reflection;
using System.Text.RegularExpressions;
using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Bicep;

/// <summary>The Bicep CLI that came as a package.</summary>
static partial class BicepCli
{
    static readonly string? Program = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
        .SingleOrDefault(a => a.Key == "BicepPath")?.Value;

    /// <summary>Compiles and lints a file. Every warning counts, and so does a compiler that says nothing and fails.</summary>
    /// <param name="builds">Whether what comes of it is written, too; a module is written with the template that uses it.</param>
    public static async Task<IReadOnlyList<Finding>> CheckAsync(string file, bool builds = true)
    {
        Installed.Need(File.Exists(Program), "The Bicep CLI is missing: restore tests/Infrastructure.Tests, which names its package.");
        var lint = await RunAsync(file, "lint", file);
        return lint.Count > 0 || !builds ? lint : await BuildAsync(file);
    }

    static Task<IReadOnlyList<Finding>> BuildAsync(string file) =>
        RunAsync(file, file.EndsWith(".bicepparam", StringComparison.Ordinal) ? "build-params" : "build", file, "--stdout");

    static async Task<IReadOnlyList<Finding>> RunAsync(string file, params string[] arguments)
    {
        var result = await Tool.RunAsync(Program!, arguments);
        var findings = Diagnostic().Matches(result.Errors + "\n" + (arguments[0] == "lint" ? result.Output : ""))
            .Select(m => new Finding(file, m.Groups["place"].Value, m.Groups["what"].Value.Trim())).ToList();
        if (findings.Count == 0 && result.ExitCode != 0)
            findings.Add(new Finding(file, arguments[0], $"It ends with {result.ExitCode}: {result.Errors}"));
        return findings;
    }

    [GeneratedRegex(@"\((?<place>\d+,\d+)\) : (?<what>(Error|Warning|Info) [^\n]*)")]
    private static partial Regex Diagnostic();
}
