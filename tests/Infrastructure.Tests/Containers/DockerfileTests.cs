using Infrastructure.Tests.Validating;

namespace Infrastructure.Tests.Containers;

public sealed class DockerfileTests(Counts counts)
{
    const string File = "infra/container/Dockerfile";

    static readonly DockerIgnore Ignore = new(Repository.Read(".dockerignore"));

    [Fact]
    public async Task The_image_is_made_of_what_is_there_and_does_not_run_as_root()
    {
        var text = Repository.Read(File);
        Findings.AssertNone([.. await NodeTools.LintAsync(File, text), .. new Dockerfile(File, text).Check(Ignore)]);
        counts.Tell("Dockerfiles", 1, "linted");
    }

    [Theory]
    [InlineData("HEALTHCHECK --interval=30s", "HEALTHCHECK --every=30s", "Unknown flag: every")]
    [InlineData("EXPOSE 8080", "EXPOSE web", "Invalid containerPort: web")]
    [InlineData("USER ${RUN_AS}:${RUN_AS}", "USER root", "runs as root")]
    [InlineData("ARG RUN_AS=1654", "ARG RUN_AS=0", "runs as root")]
    [InlineData("COPY manifests/ manifests/", "COPY manifest/ manifests/", "manifest: It is copied, but is not there")]
    [InlineData("COPY manifests/ manifests/", "COPY tests/ tests/", "tests: It is copied, but .dockerignore")]
    [InlineData("ARG SDK_TAG=10.0", "ARG SDK_TAG=latest", "one that means anything")]
    [InlineData("EXPOSE 8080\n", "", "EXPOSE: It is missing")]
    public async Task What_is_wrong_is_found(string text, string otherText, string expected)
    {
        var broken = Repository.Broken(File, text, otherText);
        Findings.AssertSay(expected, [.. await NodeTools.LintAsync(File, broken), .. new Dockerfile(File, broken).Check(Ignore)]);
    }

    [Theory]
    [InlineData("src/MigrationFunctions/Program.cs", false)]
    [InlineData("src/MigrationFunctions/obj/project.assets.json", true)]
    [InlineData("src/MigrationFunctions/local.settings.json", true)]
    [InlineData("src/Migrate/Program.cs", true)]
    [InlineData("infra/container/.env", true)]
    [InlineData("local.settings.json", true)]
    [InlineData(".git/config", true)]
    public void Only_what_the_image_needs_gets_into_the_build(string path, bool isIgnored) =>
        Assert.Equal(isIgnored, Ignore.Ignores(path));
}
