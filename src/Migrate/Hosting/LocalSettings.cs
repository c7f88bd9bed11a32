using System.Text.Json;
using Microsoft.Extensions.Configuration;
using MigrationFunctions.Connections;

namespace Migrate.Hosting;

/// <summary>The values of a <c>local.settings.json</c>, the file that Core Tools reads, so that both hosts are set up
/// alike.</summary>
/// <param name="file">No settings when absent.</param>
sealed class LocalSettings(FileInfo? file) : ConfigurationProvider, IConfigurationSource, ISettingsSource
{
    /// <inheritdoc/>
    public string Origin => $"file {file?.Name}";

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public override void Load()
    {
        if (file is null)
            return;
        using var json = JsonDocument.Parse(File.ReadAllText(file.FullName));
        foreach (var value in json.RootElement.GetProperty("Values").EnumerateObject())
            Data[value.Name.Replace("__", ":", StringComparison.Ordinal)] = value.Value.GetString();
    }
}
