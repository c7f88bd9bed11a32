using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace MigrationFunctions.Core.Manifests;

/// <summary>The summaries of an assembly's doc comments, as plain text.</summary>
public sealed partial class XmlDocumentation
{
    readonly Dictionary<string, string> _summaries;

    XmlDocumentation(XDocument document) =>
        _summaries = document.Descendants("member")
            .Where(m => m.Element("summary") is not null)
            .ToDictionary(m => m.Attribute("name")!.Value, m => PlainText(m.Element("summary")!));

    /// <summary>Reads the file that the compiler wrote beside the assembly of <paramref name="type"/>.</summary>
    /// <exception cref="FileNotFoundException">The file was not deployed; it always stands in a build's
    /// output.</exception>
    public static XmlDocumentation Of(Type type) =>
        new(XDocument.Load(Path.Combine(AppContext.BaseDirectory, type.Assembly.GetName().Name + ".xml")));

    /// <summary>Summary of a property or field.</summary>
    public string? Member(Type type, string name) =>
        _summaries.GetValueOrDefault($"P:{type.FullName}.{name}")
        ?? _summaries.GetValueOrDefault($"F:{type.FullName}.{name}");

    /// <summary>Summary of a type.</summary>
    public string? Type(Type type) => _summaries.GetValueOrDefault($"T:{type.FullName}");

    static string PlainText(XElement summary) =>
        WhiteSpace().Replace(string.Concat(summary.Nodes().Select(Text)), " ").Trim();

    static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => LastName(see.Attribute("cref")!.Value),
        XElement element => element.Value,
        _ => "",
    };

    static string LastName(string cref) => cref[(cref.LastIndexOf('.') + 1)..];

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
