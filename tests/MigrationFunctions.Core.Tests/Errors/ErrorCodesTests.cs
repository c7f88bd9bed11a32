using System.Globalization;
using System.Text;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Tests.Manifests;

namespace MigrationFunctions.Core.Tests.Errors;

public sealed class ErrorCodesTests
{
    static readonly (char Digit, string Title)[] Ranges =
    [
        ('0', "Unforeseen"), ('1', "Manifest"), ('2', "Plan"), ('3', "Source (SQL Server)"), ('4', "Target (PostgreSQL)"),
        ('5', "Reconciliation"), ('6', "Service"),
    ];

    static readonly (string Code, string Name)[] Codes =
        [.. typeof(ErrorCodes).GetFields().Select(f => ((string)f.GetRawConstantValue()!, f.Name))
            .OrderBy(c => c.Item1, StringComparer.Ordinal)];

    [Fact]
    public void Codes_are_unique_well_formed_and_described()
    {
        var documentation = XmlDocumentation.Of(typeof(ErrorCodes));

        Assert.Equal([], Codes.GroupBy(c => c.Code).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.All(Codes, c => Assert.Matches("^MIG[0-6][0-9]{3}$", c.Code));
        Assert.All(Codes, c => Assert.NotNull(documentation.Member(typeof(ErrorCodes), c.Name)));
    }

    [Fact]
    public void The_documentation_lists_every_code() => RepositoryFile.AssertIs("docs/errors.md", Document());

    static string Document()
    {
        var documentation = XmlDocumentation.Of(typeof(ErrorCodes));
        var text = new StringBuilder("""
            # Errors

            Every problem carries a code that keeps its meaning for ever, the place, what is wrong and what to do. This
            list is made from the comments in `src/MigrationFunctions.Core/Errors/ErrorCodes.*.cs`; a test holds the two
            together.

            """.ReplaceLineEndings("\n"));
        foreach (var (digit, title) in Ranges)
        {
            var codes = Codes.Where(c => c.Code[3] == digit).ToList();
            if (codes.Count == 0)
                continue;
            text.Append(CultureInfo.InvariantCulture, $"\n## MIG{digit}xxx {title}\n\n");
            text.Append("| code | name | meaning |\n|---|---|---|\n");
            foreach (var (code, name) in codes)
            {
                var meaning = documentation.Member(typeof(ErrorCodes), name);
                text.Append(CultureInfo.InvariantCulture, $"| {code} | {name} | {meaning} |\n");
            }
        }
        return text.ToString();
    }
}
