using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Bicep;

public sealed class BicepTests(Counts counts)
{
    [Fact]
    public async Task Every_template_and_parameter_file_compiles_without_a_warning()
    {
        string[] files = [.. Repository.Files("infra", "*.bicep"), .. Repository.Files("infra", "*.bicepparam")];
        var findings = new List<Finding>();
        foreach (var file in files)
            findings.AddRange(await BicepCli.CheckAsync(file, builds: !file.Contains("/modules/", StringComparison.Ordinal)));
        Findings.AssertNone(findings);
        counts.Tell("Bicep files", files.Length, "compiled and linted, no warning");
    }

    [Theory]
    [InlineData("param unused string\n", "no-unused-params")]
    [InlineData("output twice int = 'text'\n", "BCP033")]
    [InlineData("resource store 'Microsoft.Storage/storageAccounts@2025-01-01' = {\n  name: 'store'\n}\n", "BCP035")]
    public async Task A_template_that_is_wrong_is_found(string template, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("bicep-");
        try
        {
            var file = Path.Combine(folder.FullName, "main.bicep");
            await File.WriteAllTextAsync(file, template);
            Findings.AssertSay(expected, await BicepCli.CheckAsync(file));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
