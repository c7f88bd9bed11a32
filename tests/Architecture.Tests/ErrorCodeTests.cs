using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>A code is a promise to whoever looks it up: something raises it, and a test shows when.</summary>
public sealed partial class ErrorCodeTests
{
    static readonly (string Name, string Code)[] Codes =
    [
        .. Repository.Sources("src").Where(file => Path.GetFileName(file).Contains("ErrorCodes", StringComparison.Ordinal))
            .SelectMany(file => Constant().Matches(File.ReadAllText(file))).Select(m => (m.Groups["name"].Value, m.Groups["code"].Value)),
    ];

    [Fact]
    public void Every_code_is_raised_somewhere()
    {
        var words = Words("src", file => !Path.GetFileName(file).Contains("ErrorCodes", StringComparison.Ordinal));

        Assert.NotEmpty(Codes);
        Assert.Equal([], Codes.Where(c => !words.Contains(c.Name)).Select(c => c.Name));
    }

    [Fact]
    public void Every_code_is_in_a_test()
    {
        var words = Words("tests", _ => true);

        Assert.Equal([], Codes.Where(c => !words.Contains(c.Name) && !words.Contains(c.Code)).Select(c => c.Name));
    }

    static HashSet<string> Words(string folder, Func<string, bool> isRead) => Repository.Sources(folder).Where(isRead)
        .SelectMany(file => Word().Matches(File.ReadAllText(file))).Select(m => m.Value).ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex("""const string (?<name>\w+) = "(?<code>MIG\d{4})";""")]
    private static partial Regex Constant();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();
}
