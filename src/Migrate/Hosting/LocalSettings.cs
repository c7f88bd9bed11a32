using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Migrate.Commands;
using MigrationFunctions.Connections;

namespace Migrate.Hosting;

/// <summary>The values of a <c>local.settings.json</c>, the file that Core Tools reads, so that both hosts are set up
/// alike.</summary>
/// <param name="file">No settings when absent.</param>
sealed class LocalSettings(FileInfo? file) : ConfigurationProvider, IConfigurationSource, ISettingsSource
{
    static readonly JsonDocumentOptions Lenient =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <inheritdoc/>
    public string Origin => $"file {file?.Name}";

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <exception cref="UsageException">The file cannot be read, or is not what Core Tools writes in the clear.</exception>
    public override void Load()
    {
        if (file is null)
            return;
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file.FullName), Lenient);
            Load(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Refused(e is JsonException ? "It is not JSON." : $"It cannot be read: {e.GetType().Name}.");
        }
    }

    void Load(JsonElement settings)
    {
        if (settings.ValueKind != JsonValueKind.Object
            || !settings.TryGetProperty("Values", out var values) || values.ValueKind != JsonValueKind.Object)
            throw Refused("It has no object Values.");
        if (settings.TryGetProperty("IsEncrypted", out var isEncrypted) && isEncrypted.ValueKind == JsonValueKind.True)
            throw Refused("Its values are encrypted: run `func settings decrypt`.");
        foreach (var value in values.EnumerateObject())
            Data[value.Name.Replace("__", ":", StringComparison.Ordinal)] = value.Value.ValueKind == JsonValueKind.String
                ? value.Value.GetString()
                : throw Refused($"{value.Name} is not a text.");
    }

    UsageException Refused(string reason) => new(
        "--settings", $"{file!.FullName}: {reason}", "Name a local.settings.json as local.settings.sample.json shows it.");
}
