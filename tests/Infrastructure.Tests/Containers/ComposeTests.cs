using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Containers;

public sealed class ComposeTests(Counts counts)
{
    const string File = "infra/container/compose.yml";

    static readonly string Sample = Repository.Read("infra/container/env.sample");

    [Fact]
    public void The_compose_file_matches_the_compose_specification()
    {
        var text = Repository.Read(File);
        Findings.AssertNone(Check(text));
        counts.Tell("compose services", YamlJson.Parse(text)!["services"]!.AsObject().Count, "valid by the compose specification");
    }

    [Theory]
    [InlineData("    healthcheck:", "    healthchecks:", "/services/sqlserver")]
    [InlineData("pre_stop: [{ command:", "pre_stop: [{ commands:", "/services/app/pre_stop")]
    [InlineData("condition: service_completed_successfully", "condition: service_ended", "/services/app/depends_on")]
    [InlineData("postgres: { condition", "postgresql: { condition", "depends on postgresql")]
    [InlineData("127.0.0.1:7071:8080", "7071:8080", "open to other machines")]
    [InlineData("./sqlserver:/init:ro", "./sql:/init:ro", "no volume or file ./sql")]
    [InlineData("keys:/azure-functions-host", "secrets:/azure-functions-host", "no volume or file secrets")]
    [InlineData("${FUNCTION_KEY:?}", "${FUNCTION_KEY}", "Without :?")]
    [InlineData("${FUNCTION_KEY:?}", "${HOST_KEY:?}", "HOST_KEY: The sample of .env does not name it")]
    [InlineData("azurite:3.35.0", "azurite:latest", "one that means anything")]
    [InlineData("dockerfile: infra/container/Dockerfile", "dockerfile: Dockerfile", "Its Dockerfile is not there")]
    public void What_is_wrong_is_found(string text, string otherText, string expected) =>
        Findings.AssertSay(expected, Check(Repository.Broken(File, text, otherText)));

    [Fact]
    public void A_secret_in_the_sample_is_found() => Findings.AssertSay(
        "has a value for it",
        ComposeFile.Check(File, Repository.Read(File), Sample.Replace("MASTER_KEY=", "MASTER_KEY=abc", StringComparison.Ordinal)));

    static IEnumerable<Finding> Check(string text) =>
        [.. NodeTools.ComposeSchema().Check(File, YamlJson.Parse(text)), .. ComposeFile.Check(File, text, Sample)];
}
