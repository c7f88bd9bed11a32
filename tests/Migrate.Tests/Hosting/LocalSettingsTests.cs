using Migrate.Commands;
using Migrate.Hosting;

namespace Migrate.Tests.Hosting;

public sealed class LocalSettingsTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("local-settings-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Comments_and_trailing_commas_are_taken_and_two_underscores_are_a_section()
    {
        var settings = Read("""{ "Values": { /* of the app */ "Migration__NightlyDepth": "counts", } }""");

        Assert.True(settings.TryGet("Migration:NightlyDepth", out var depth));
        Assert.Equal("counts", depth);
    }

    [Theory]
    [InlineData(null, "FileNotFoundException")]
    [InlineData("not json", "not JSON")]
    [InlineData("{}", "no object Values")]
    [InlineData("""{ "Values": { "A": 7 } }""", "A is not a text")]
    [InlineData("""{ "IsEncrypted": true, "Values": {} }""", "func settings decrypt")]
    public void A_file_that_cannot_be_used_is_wrong_use(string? content, string says)
    {
        var problem = Assert.Throws<UsageException>(() => Read(content)).Problem;

        Assert.Equal("--settings", problem.Place);
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
    }

    LocalSettings Read(string? content)
    {
        var file = new FileInfo(Path.Combine(_folder.FullName, "local.settings.json"));
        if (content is not null)
            File.WriteAllText(file.FullName, content);
        var settings = new LocalSettings(file);
        settings.Load();
        return settings;
    }
}
