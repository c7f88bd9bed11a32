using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Containers;

/// <summary>What the services of a compose file must be like beyond their schema.</summary>
static partial class ComposeFile
{
    /// <param name="sample">The text of the sample of its .env.</param>
    public static IEnumerable<Finding> Check(string file, string text, string sample)
    {
        var compose = YamlJson.Parse(text)!.AsObject();
        var services = compose["services"]!.AsObject();
        foreach (var (name, node) in services)
            foreach (var finding in Service(file, name, node!.AsObject(), services, compose["volumes"]?.AsObject() ?? []))
                yield return finding;
        var known = Line().Matches(sample).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        var used = Variable().Matches(text).ToList();
        foreach (var match in used.Where(m => !m.Value.EndsWith(":?}", StringComparison.Ordinal)))
            yield return new Finding(file, match.Value, "Without :? an empty value passes for one.");
        var names = used.Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        foreach (var name in names.Except(known))
            yield return new Finding(file, name, "The sample of .env does not name it.");
        foreach (var name in known.Except(names))
            yield return new Finding(file, name, "The sample of .env names it, but nothing uses it.");
        foreach (Match secret in Line().Matches(sample).Where(m => m.Groups["value"].Length > 0))
            yield return new Finding(file, secret.Groups["name"].Value, "The sample of .env has a value for it.");
    }

    static IEnumerable<Finding> Service(string file, string name, JsonObject service, JsonObject services, JsonObject volumes)
    {
        foreach (var (other, how) in service["depends_on"]?.AsObject() ?? [])
        {
            var condition = (string?)how?["condition"];
            if (services[other] is not JsonObject dependency)
                yield return new Finding(file, name, $"It depends on {other}, which is no service.");
            else if (condition == "service_healthy" && !dependency.ContainsKey("healthcheck"))
                yield return new Finding(file, name, $"It waits until {other} is healthy, which nothing checks.");
            else if (condition == "service_completed_successfully" && dependency.ContainsKey("restart"))
                yield return new Finding(file, name, $"It waits for the end of {other}, which is always started again.");
        }
        foreach (var port in Texts(service["ports"]).Where(p => !p.StartsWith("127.0.0.1:", StringComparison.Ordinal)))
            yield return new Finding(file, name, $"Port {port} is open to other machines.");
        foreach (var source in Texts(service["volumes"]).Select(v => v.Split(':')[0]))
            if (source.StartsWith('.') ? !Repository.Has(Repository.Resolve(file, source)) : !volumes.ContainsKey(source))
                yield return new Finding(file, name, $"There is no volume or file {source}.");
        if (service["build"] is { } build && !Repository.Has(
            Repository.Resolve(file, $"{build["context"]}/{build["dockerfile"]}")))
            yield return new Finding(file, name, "Its Dockerfile is not there.");
        var image = (string?)service["image"] ?? "";
        if (!service.ContainsKey("build") && (!image.Contains(':') || image.EndsWith(":latest", StringComparison.Ordinal)))
            yield return new Finding(file, name, $"Image {image} has no tag, or one that means anything.");
    }

    static IEnumerable<string> Texts(JsonNode? list) => (list as JsonArray ?? []).Select(item => (string)item!);

    [GeneratedRegex(@"^(?<name>[A-Z_]+)=(?<value>.*)$", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>[A-Z_]+)[^}]*\}")]
    private static partial Regex Variable();
}
