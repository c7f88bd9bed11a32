using System.Text.RegularExpressions;

namespace Architecture.Tests;

/// <summary>What a document links to is there.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Every_file_that_a_document_links_to_is_there()
    {
        var broken = from document in Repository.Documents()
                     from link in Link().Matches(File.ReadAllText(document)).Select(m => m.Groups["path"].Value)
                     where !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal)
                     let path = Path.Combine(Path.GetDirectoryName(document)!, link)
                     where !File.Exists(path) && !Directory.Exists(path)
                     select $"{Repository.Relative(document)}: {link}";

        Assert.NotEmpty(Repository.Documents());
        Assert.Equal([], broken);
    }

    [GeneratedRegex(@"\]\((?<path>[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
