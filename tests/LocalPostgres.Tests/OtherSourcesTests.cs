using LocalPostgres.Running;

namespace LocalPostgres.Tests;

/// <summary>The sources that take a download: run where the download was made before, or is asked for.</summary>
public sealed class OtherSourcesTests
{
    [Fact]
    public async Task A_server_runs_in_Docker_and_its_container_is_removed()
    {
        var image = await Command.RunAsync(["docker", "image", "inspect", "postgres:17"], null, CancellationToken.None);
        Assert.SkipUnless(image.Succeeded, "No Docker engine with the image postgres:17.");
        using var folder = new TestFolder();

        var options = folder.Options with { BinaryFolders = [], UseNpm = false };
        await using (var server = await PostgresServer.StartAsync(options))
            Assert.Equal(1, await Query.ScalarAsync(await server.CreateDatabaseAsync("d"), "SELECT 1"));

        Assert.Empty(folder.Leftovers);
        var containers = await Command.RunAsync(
            ["docker", "ps", "--all", "--quiet", "--filter", "name=local-postgres-"], null, CancellationToken.None);
        Assert.Equal("", containers.Output);
    }

    [Fact]
    public async Task A_server_runs_from_the_npm_package()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("MIGRATION_TEST_NPM") == "1", "MIGRATION_TEST_NPM is not 1.");
        using var folder = new TestFolder();
        var options = folder.Options with
        {
            BinaryFolders = [], UseDocker = false, CacheFolder = Path.Combine(folder.Path, "cache"),
        };

        await using (var server = await PostgresServer.StartAsync(options))
        {
            Assert.Equal(18, server.Version.Major);
            Assert.Equal(1, await Query.ScalarAsync(await server.CreateDatabaseAsync("n"), "SELECT 1"));
        }
        await using (await PostgresServer.StartAsync(options))
            Assert.Single(Directory.GetDirectories(options.CacheFolder));
    }
}
