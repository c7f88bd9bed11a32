using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Scripts;

public sealed class ScriptTests(Counts counts)
{
    const string Remedy = "shellcheck is missing: apt-get install shellcheck";

    static readonly string? Shellcheck = Installed.Find("shellcheck");

    static IReadOnlyList<string> Scripts { get; } = [".ci/run", .. Repository.Files("infra", "*.sh")];

    [Fact]
    public async Task Every_script_is_of_sound_syntax_and_passes_shellcheck()
    {
        Installed.Need(Shellcheck is not null, Remedy);
        var findings = new List<Finding>();
        foreach (var script in Scripts)
            findings.AddRange(await CheckAsync(script, script));
        Findings.AssertNone(findings);
        counts.Tell("scripts", Scripts.Count, "passed bash -n and shellcheck");
    }

    [Fact]
    public void Every_script_stops_at_the_first_error() => Assert.All(
        Scripts.Where(s => !s.EndsWith("/common.sh", StringComparison.Ordinal)),
        script => Assert.Contains("\nset -euo pipefail\n", Repository.Read(script), StringComparison.Ordinal));

    [Theory]
    [InlineData("#!/usr/bin/env bash\nif true; then\n", "syntax error")]
    [InlineData("#!/usr/bin/env bash\nrm -rf $1/*\n", "SC2086")]
    public async Task A_script_that_is_wrong_is_found(string text, string expected)
    {
        Installed.Need(Shellcheck is not null, Remedy);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text);
            Findings.AssertSay(expected, await CheckAsync("wrong.sh", file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    static async Task<IEnumerable<Finding>> CheckAsync(string name, string path)
    {
        var syntax = await Tool.RunAsync("bash", ["-n", path]);
        var lint = await Tool.RunAsync(Shellcheck!, ["--external-sources", "--format=gcc", path]);
        return new[] { syntax, lint }.Where(r => r.ExitCode != 0).Select(r => new Finding(name, "", r.Output + r.Errors));
    }
}
