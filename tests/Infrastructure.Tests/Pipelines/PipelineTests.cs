using Infrastructure.Tests.Validating;
using YamlDotNet.Core;

namespace Infrastructure.Tests.Pipelines;

public sealed class PipelineTests(Counts counts)
{
    const string Ci = PipelineFolder.Folder + "/ci.yml";
    const string Deploy = PipelineFolder.Folder + "/deploy.yml";
    const string Rehearsal = PipelineFolder.Folder + "/rehearsal.yml";
    const string Environment = PipelineFolder.Folder + "/templates/environment.yml";

    static readonly SchemaFile Schema = SchemaFile.Own("azure-pipelines");

    [Fact]
    public void Pipelines_and_their_templates_are_valid()
    {
        var folder = new PipelineFolder();
        Assert.Equal([Ci, Deploy, Rehearsal], folder.Pipelines);
        Findings.AssertNone(Check(folder));
        counts.Tell("pipelines and templates", folder.Documents.Count, "valid");
    }

    [Theory]
    [InlineData(Ci, "timeoutInMinutes: 90", "timeoutInMinute: 90", "timeoutInMinute")]
    [InlineData(Ci, "testResultsFormat: VSTest", "testResultsFormat: TRX", "/stages/0/jobs/0/steps/3/inputs/testResultsFormat")]
    [InlineData(Ci, "displayName: Publish the bill of materials", "name: sbom", "/stages/1/jobs/0/steps")]
    [InlineData(Ci, "dependsOn: Verify", "dependsOn: Verified", "depends on Verified")]
    [InlineData(Ci, "infra/pipelines/scripts/package.sh", "infra/pipelines/scripts/pack.sh", "no script infra/pipelines/scripts/pack.sh")]
    [InlineData(Ci, "package.sh --output", "package.sh --folder", "has no option --folder")]
    [InlineData(Ci, "template: templates/dotnet.yml", "template: templates/net.yml", "There is no such template")]
    [InlineData(Ci, "$(Agent.TempDirectory)/tests", "$(TempDirectory)/tests", "no variable TempDirectory")]
    [InlineData(Ci, "artifact: migrate", "artifact: migrates", "publishes no artifact migrate")]
    [InlineData(Deploy, "dependsOn: [Deploy_test]", "dependsOn: [Deployed_test]", "depends on Deployed_test")]
    [InlineData(Deploy, "environment: production", "environment: staging", "may not be staging")]
    [InlineData(Deploy, "    environment: production\n", "", "needs the parameter environment")]
    [InlineData(Deploy, "    dependsOn: []", "    needs: []", "has no parameter needs")]
    [InlineData(Deploy, "- pipeline: ci", "- pipeline: build", "no resource ci")]
    [InlineData(Environment, "${{ parameters.pool }}", "${{ parameters.agents }}", "no parameter agents")]
    [InlineData(Environment, "isFlexConsumption: true", "deployToSlotOrASE: true", "deployToSlotOrASE")]
    [InlineData(Environment, "template: function-key.yml", "template: service.yml", "no variable migration-function-key")]
    [InlineData(
        Rehearsal, "--url \"$SERVICE_URL\" --manifest", "--url \"$(migration-function-key)\" --manifest",
        "stands in /inputs/inlineScript")]
    [InlineData(Rehearsal, "cron: \"0 1 * * *\"", "cron: nightly", "/schedules/0/cron")]
    public void What_is_wrong_is_found(string file, string text, string otherText, string expected) =>
        Findings.AssertSay(expected, Check(new PipelineFolder((file, Repository.Broken(file, text, otherText)))));

    [Fact]
    public void A_key_that_stands_twice_is_found() => Assert.Throws<YamlException>(
        () => new PipelineFolder((Ci, Repository.Broken(Ci, "pr:\n", "trigger: none\npr:\n"))));

    [Fact]
    public void A_rehearsal_is_reported_and_ended_whatever_happens()
    {
        var steps = StageChecks.Steps(StageChecks.Stages(new PipelineFolder().Expand(Rehearsal).Document).Single()["jobs"]![0]!.AsObject())
            .ToList();
        Assert.Equal("always()", (string?)steps.Single(s => s.ContainsKey("publish"))["condition"]);
        var end = steps.Single(s => ScriptChecks.Calls(s).Any(c => c.Arguments.Contains("--terminate", StringComparison.Ordinal)));
        Assert.Equal("canceled()", (string?)end["condition"]);
    }

    static List<Finding> Check(PipelineFolder folder)
    {
        var findings = folder.Documents.SelectMany(d => Schema.Check(d.Key, d.Value)).ToList();
        if (findings.Count > 0)
            return findings;
        var artifacts = StageChecks.Artifacts(folder.Expand(Ci));
        foreach (var pipeline in folder.Pipelines.Select(folder.Expand))
            findings.AddRange(
            [
                .. pipeline.Findings, .. StageChecks.Check(pipeline, artifacts), .. VariableChecks.Check(pipeline),
                .. ScriptChecks.Check(pipeline),
            ]);
        return findings;
    }
}
