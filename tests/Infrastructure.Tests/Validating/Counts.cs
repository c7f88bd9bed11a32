using System.Collections.Concurrent;
using Infrastructure.Tests.Validating;

[assembly: AssemblyFixture(typeof(Counts))]

namespace Infrastructure.Tests.Validating;

/// <summary>How much was validated, for continuous integration to print: written at the end into the file that
/// INFRASTRUCTURE_COUNTS names, if it is set.</summary>
public sealed class Counts : IDisposable
{
    readonly ConcurrentDictionary<string, string> _lines = new(StringComparer.Ordinal);

    /// <summary>Fails when nothing was validated.</summary>
    public void Tell(string what, int number, string outcome)
    {
        Assert.True(number > 0, $"There is nothing to validate: {what}.");
        _lines[what] = $"{what}: {number} {outcome}";
        TestContext.Current.TestOutputHelper?.WriteLine(_lines[what]);
    }

    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("INFRASTRUCTURE_COUNTS") is { Length: > 0 } file)
            File.WriteAllLines(file, _lines.Values.Order(StringComparer.Ordinal));
    }
}
