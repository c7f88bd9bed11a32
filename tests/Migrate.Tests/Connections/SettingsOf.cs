using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using MigrationFunctions.Connections;

namespace Migrate.Tests.Connections;

/// <summary>Settings as a host of that environment reads them.</summary>
static class SettingsOf
{
    public static ConnectionSettings Production(params (string Name, string? Value)[] settings) =>
        Of(Environments.Production, Memory(settings));

    public static ConnectionSettings Development(params (string Name, string? Value)[] settings) =>
        Of(Environments.Development, Memory(settings));

    public static ConnectionSettings Of(string environment, IConfiguration configuration) =>
        ConnectionSettings.Read(configuration, new HostEnvironment(environment));

    static IConfigurationRoot Memory((string Name, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create($"Migration:{s.Name}", s.Value))).Build();

    sealed class HostEnvironment(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "test";

        public string ContentRootPath { get; set; } = "/";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
