using System.Text.Json.Nodes;
using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Settings;

public sealed class SettingsTests(Counts counts)
{
    const string Azd = "azure.yaml";
    const string AzdSample =
        """
        name: sample
        infra: { provider: bicep, path: infra, module: main }
        services:
          app: { project: src/MigrationFunctions, language: dotnet, host: function }
        """;

    [Fact]
    public void Settings_of_host_core_tools_and_azd_are_valid()
    {
        string[] files = ["host.json", "local.settings.sample.json", Azd];
        Findings.AssertNone(files.SelectMany(file => Check(file, Repository.Read(file))));
        counts.Tell("settings files", files.Length, "valid");
    }

    [Theory]
    [InlineData("host.json", "\"routePrefix\": \"api\"", "\"routePrefix\": \"\"", "/extensions/http/routePrefix")]
    [InlineData("host.json", "maxConcurrentActivityFunctions", "maxConcurrentActivities", "maxConcurrentActivities")]
    [InlineData("host.json", "04:00:00", "4h", "/functionTimeout")]
    [InlineData("host.json", "\"Warning\"", "\"Warn\"", "/logging/logLevel")]
    [InlineData("local.settings.sample.json", "Password=<secret>", "Password=letmein", "/Values/Migration__")]
    [InlineData("local.settings.sample.json", "dotnet-isolated", "dotnet", "/Values/FUNCTIONS_WORKER_RUNTIME")]
    [InlineData("local.settings.sample.json", "ReconciliationSchedule", "ReconcileSchedule", "ReconciliationSchedule")]
    [InlineData("local.settings.sample.json", "Migration__SourceConnection", "Migration:SourceConnection", "Migration:SourceConnection")]
    public void What_is_wrong_is_found(string file, string text, string otherText, string expected) =>
        Findings.AssertSay(expected, Check(file, Repository.Broken(file, text, otherText)));

    [Theory]
    [InlineData("src/MigrationFunctions", "src/Functions", "no project src/Functions")]
    [InlineData("module: main", "module: service", "no template infra/service.bicep")]
    [InlineData("host: function", "host: containerapp", "/services/app/host")]
    public void What_is_wrong_in_azure_yaml_is_found(string text, string otherText, string expected) =>
        Findings.AssertSay(expected, Check(Azd, AzdSample.Replace(text, otherText, StringComparison.Ordinal)));

    static IEnumerable<Finding> Check(string file, string text) => file switch
    {
        Azd => CheckAzd(YamlJson.Parse(text)!),
        "host.json" => SchemaFile.Own("host").Check(file, JsonNode.Parse(text)),
        _ => SchemaFile.Own("local-settings").Check(file, JsonNode.Parse(text)),
    };

    static IEnumerable<Finding> CheckAzd(JsonNode azd)
    {
        foreach (var finding in SchemaFile.Own("azd").Check(Azd, azd))
            yield return finding;
        var template = $"{azd["infra"]!["path"]}/{azd["infra"]!["module"]}.bicep";
        if (!Repository.Has(template))
            yield return new Finding(Azd, "infra", $"There is no template {template}.");
        foreach (var (name, service) in azd["services"]!.AsObject())
            if (!Repository.Has($"{service!["project"]}"))
                yield return new Finding(Azd, name, $"There is no project {service["project"]}.");
    }
}
