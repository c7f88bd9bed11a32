using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Memory;

namespace MigrationFunctions.Connections;

/// <summary>Tells where a setting's value came from. Azure's app settings, and <c>local.settings.json</c> under Core
/// Tools, reach the worker as environment variables.</summary>
static class SettingOrigin
{
    const string UserSecretsFile = "secrets.json";
    const string TypeSuffix = "ConfigurationProvider";

    /// <summary>The source whose value counts, in words; null when none has the setting.</summary>
    public static string? Of(IConfiguration configuration, string key)
    {
        if (configuration is not IConfigurationRoot root)
            return configuration[key] is null ? null : "configuration";
        foreach (var provider in root.Providers.Reverse())
            if (provider.TryGet(key, out var value))
                return value is null ? null
                    : provider is ChainedConfigurationProvider chained ? Of(chained.Configuration, key)
                    : Describe(provider);
        return null;
    }

    static string Describe(IConfigurationProvider provider) => provider switch
    {
        ISettingsSource source => source.Origin,
        EnvironmentVariablesConfigurationProvider => "environment variable",
        CommandLineConfigurationProvider => "command line",
        MemoryConfigurationProvider => "memory",
        FileConfigurationProvider { Source.Path: { } path } => Path.GetFileName(path) == UserSecretsFile
            ? "user secrets" : $"file {Path.GetFileName(path)}",
        _ => provider.GetType().Name.Replace(TypeSuffix, "", StringComparison.Ordinal),
    };
}
