using System.Text.RegularExpressions;

namespace Infrastructure.Tests.Containers;

/// <summary>What a .dockerignore keeps out of a build: its last pattern that names a path or a folder above it decides.</summary>
sealed class DockerIgnore(string text)
{
    readonly List<(bool Keeps, Regex Pattern)> _rules =
    [
        .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line[0] != '#').Select(line => (line[0] == '!', Pattern(line.TrimStart('!').TrimEnd('/')))),
    ];

    public bool Ignores(string path) => _rules.LastOrDefault(r => r.Pattern.IsMatch(path)) is { Pattern: not null, Keeps: false };

    static Regex Pattern(string glob) => new(
        "^" + Regex.Escape(glob).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal)
        + "(/.*)?$");
}
