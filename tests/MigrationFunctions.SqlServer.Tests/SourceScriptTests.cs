using Microsoft.SqlServer.TransactSql.ScriptDom;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>infra/sql/source.sql, by Microsoft's own parser.</summary>
public class SourceScriptTests
{
    static readonly string Folder = FindRoot();
    static readonly string Script = File.ReadAllText(Path.Combine(Folder, "infra", "sql", "source.sql"));

    [Fact]
    public void Every_supported_version_parses_the_script_and_the_statements_that_it_makes()
    {
        TSqlParser[] parsers = [new TSql110Parser(true), new TSql130Parser(true), new TSql160Parser(true)];
        foreach (var parser in parsers)
            Parse(parser, Script);
        // What only newer servers know stands in text, which an old one never sees.
        var inText = All<StringLiteral>(Parse(parsers[^1], Script)).Select(l => l.Value)
            .Where(v => v.StartsWith("GRANT", StringComparison.Ordinal) || v.StartsWith("IF ", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, inText.Count);
        Assert.All(inText, text => Parse(parsers[^1], text));
    }

    [Fact]
    public void It_grants_SELECT_on_the_tables_of_the_sample_and_on_nothing_else()
    {
        var manifest = new ManifestCatalog(Path.Combine(Folder, "manifests")).Find("school-district").Manifest!;
        var granted = All<GrantStatement>(Parse(new TSql160Parser(true), Script))
            .Where(g => g.Permissions.Single().Identifiers is [{ Value: "SELECT" }])
            .Select(g => string.Join('.', g.SecurityTargetObject.ObjectName.MultiPartIdentifier.Identifiers.Select(i => i.Value)));

        Assert.Equal(
            manifest.Entities.Select(e => e.Source.Table).Append(manifest.Tenants.Table).Distinct().Order(), granted.Order());
    }

    [Fact]
    public void What_a_first_load_does_not_need_is_switched_off()
    {
        var switches = All<DeclareVariableElement>(Parse(new TSql160Parser(true), Script))
            .Where(d => d.DataType is SqlDataTypeReference { SqlDataTypeOption: SqlDataTypeOption.Bit }).ToList();

        Assert.Equal(["@external", "@snapshot", "@unmask", "@changes"], switches.Select(s => s.VariableName.Value));
        Assert.All(switches, s => Assert.Equal("0", ((IntegerLiteral)s.Value).Value));
    }

    [Fact]
    public void It_grants_no_writing_and_holds_no_password()
    {
        var permissions = All<GrantStatement>(Parse(new TSql160Parser(true), Script))
            .SelectMany(g => g.Permissions).Select(p => string.Join(' ', p.Identifiers.Select(i => i.Value))).Distinct();

        Assert.Equal(["SELECT", "VIEW CHANGE TRACKING"], permissions);
        Assert.DoesNotMatch("(?i)password\\s*=\\s*N?'", Script);
    }

    static TSqlFragment Parse(TSqlParser parser, string text)
    {
        var parsed = parser.Parse(new StringReader(text), out var errors);
        Assert.True(errors.Count == 0, string.Join('\n', errors.Select(e => $"{parser.GetType().Name} line {e.Line}: {e.Message}")));
        return parsed;
    }

    static List<T> All<T>(TSqlFragment script) where T : TSqlFragment
    {
        var finder = new Finder<T>();
        script.Accept(finder);
        return finder.Found;
    }

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MigrationFunctions.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }

    sealed class Finder<T> : TSqlFragmentVisitor where T : TSqlFragment
    {
        public List<T> Found { get; } = [];

        public override void Visit(TSqlFragment node)
        {
            if (node is T found)
                Found.Add(found);
        }
    }
}
