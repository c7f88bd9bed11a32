using System.Text.RegularExpressions;
using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Containers;

/// <summary>A Dockerfile's instructions, and what they must be like here.</summary>
sealed partial class Dockerfile
{
    readonly string _file;
    readonly List<(string Instruction, string Arguments)> _lines;

    public Dockerfile(string file, string text)
    {
        _file = file;
        _lines =
        [
            .. Comment().Replace(text, "").Replace("\\\n", " ", StringComparison.Ordinal)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(line => line.Split(' ', 2, StringSplitOptions.TrimEntries)).Select(parts => (parts[0], parts[^1])),
        ];
    }

    /// <param name="ignore">The .dockerignore of the build context, the root.</param>
    public IEnumerable<Finding> Check(DockerIgnore ignore)
    {
        foreach (var source in Sources())
            if (!Repository.Has(source))
                yield return new Finding(_file, source, "It is copied, but is not there.");
            else if (ignore.Ignores(source))
                yield return new Finding(_file, source, "It is copied, but .dockerignore keeps it out of the build.");
        var last = _lines[(_lines.FindLastIndex(l => l.Instruction == "FROM") + 1)..];
        var user = last.LastOrDefault(l => l.Instruction == "USER").Arguments;
        if (user is null || Value(user) is var id && (id.StartsWith('0') || id.StartsWith("root", StringComparison.Ordinal)))
            yield return new Finding(_file, "USER", "The container runs as root.");
        foreach (var needed in new[] { "HEALTHCHECK", "EXPOSE", "LABEL" }.Where(i => last.TrueForAll(l => l.Instruction != i)))
            yield return new Finding(_file, needed, "It is missing in the last stage.");
        foreach (var (_, image) in _lines.Where(l => l.Instruction == "FROM" && Value(l.Arguments).Contains('/')))
            if (!Value(image).Split(' ')[0].Contains(':') || Value(image).Contains(":latest", StringComparison.Ordinal))
                yield return new Finding(_file, image, "The image has no tag, or one that means anything.");
    }

    IEnumerable<string> Sources() => _lines
        .Where(l => l.Instruction is "COPY" or "ADD" && !l.Arguments.Contains("--from=", StringComparison.Ordinal))
        .SelectMany(l => l.Arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(word => !word.StartsWith("--", StringComparison.Ordinal)).SkipLast(1)).Select(s => s.TrimEnd('/'));

    string Value(string text) => Variable().Replace(
        text,
        m => _lines
            .LastOrDefault(l => l.Instruction == "ARG"
                && l.Arguments.StartsWith($"{m.Groups["name"].Value}=", StringComparison.Ordinal))
            .Arguments?.Split('=', 2)[1] ?? "");

    [GeneratedRegex(@"^\s*#.*\n", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\$\{?(?<name>[A-Z_]+)\}?")]
    private static partial Regex Variable();
}
