using Xunit;

namespace Infrastructure.Tests.Validating;

/// <summary>What a test needs of the machine beside .NET.</summary>
static class Installed
{
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
