using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Migrate.Hosting;
using MigrationFunctions.Connections;

namespace Migrate.Tests.Connections;

public sealed class SettingOriginTests : IDisposable
{
    const string Text = "Host=localhost;Database=schools;Username=app";
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("settings-");

    [Fact]
    public void Each_source_is_told_apart()
    {
        var variable = $"MIGTEST{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable($"{variable}Migration__SourceConnection", "Data Source=x;Initial Catalog=y");
        Environment.SetEnvironmentVariable($"{variable}Migration__TargetConnection", "overridden");
        var file = Write("appsettings.json", $$$"""{"Migration":{"RehearsalConnection":"{{{Text}}}"}}""");
        var secrets = Write("secrets.json", $$$"""{"Migration":{"RehearsalDirectConnection":"{{{Text}}}"}}""");
        var local = Write("local.settings.json", $$$"""{"Values":{"Migration__TargetConnection":"{{{Text}}}"}}""");
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(file).AddJsonFile(secrets).AddEnvironmentVariables(variable)
            .Add(new LocalSettings(new FileInfo(local)))
            .AddCommandLine(["--Migration:DirectConnection", Text])
            .AddInMemoryCollection([KeyValuePair.Create("Migration:TargetPasswordSecret", (string?)"target")])
            .Build();

        var settings = SettingsOf.Of(Environments.Development, configuration);

        Assert.Equal("environment variable", settings[ConnectionName.Source].TextFrom);
        Assert.Equal("file local.settings.json", settings[ConnectionName.Target].TextFrom);
        Assert.Equal("memory", settings[ConnectionName.Target].SecretFrom);
        Assert.Equal("command line", settings[ConnectionName.Direct].TextFrom);
        Assert.Equal("file appsettings.json", settings[ConnectionName.Rehearsal].TextFrom);
        Assert.Equal("user secrets", settings[ConnectionName.RehearsalDirect].TextFrom);
        Assert.Null(settings[ConnectionName.Source].SecretFrom);
    }

    [Fact]
    public void A_configuration_inside_another_is_looked_into()
    {
        var inner = new ConfigurationBuilder().AddCommandLine(["--Migration:TargetConnection", Text]).Build();
        var outer = new ConfigurationBuilder().AddConfiguration(inner).Build();

        Assert.Equal(
            "command line", SettingsOf.Of(Environments.Development, outer)[ConnectionName.Target].TextFrom);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
