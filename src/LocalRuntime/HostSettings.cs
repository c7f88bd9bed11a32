using System.Text.Json;
using LocalRuntime.TaskHubs.AzureStorage;

namespace LocalRuntime;

/// <summary>
/// The part of host.json that a local host heeds; what is absent has the default of Azure Functions
/// (host.json reference, sections http and durableTask).
/// </summary>
sealed record HostSettings
{
    public string HubName { get; init; } = "TestHubName";

    public string RoutePrefix { get; init; } = "api";

    public int MaxConcurrentActivities { get; init; } = 10 * Environment.ProcessorCount;

    public int MaxConcurrentOrchestrators { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>Whether a host on Azure Storage keeps orchestrators in memory between turns; the embedded hub always does.</summary>
    public bool ExtendedSessions { get; init; }

    public StorageProviderSettings StorageProvider { get; init; } = new();

    /// <exception cref="InvalidOperationException">
    /// The file is not readable JSON, or a number in it is not positive.
    /// </exception>
    public static HostSettings Read(string? path)
    {
        var settings = new HostSettings();
        if (path is null)
        {
            return settings;
        }

        try
        {
            using var file = JsonDocument.Parse(
                File.ReadAllBytes(path),
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            var http = Section(file.RootElement, "http");
            var durable = Section(file.RootElement, "durableTask");
            return settings with
            {
                HubName = Value(durable, "hubName")?.GetString() ?? settings.HubName,
                RoutePrefix = Value(http, "routePrefix")?.GetString() ?? settings.RoutePrefix,
                MaxConcurrentActivities = Positive(durable, "maxConcurrentActivityFunctions", path)
                    ?? settings.MaxConcurrentActivities,
                MaxConcurrentOrchestrators = Positive(durable, "maxConcurrentOrchestratorFunctions", path)
                    ?? settings.MaxConcurrentOrchestrators,
                ExtendedSessions = Value(durable, "extendedSessionsEnabled")?.GetBoolean() ?? settings.ExtendedSessions,
                StorageProvider = Value(durable, "storageProvider")?.Deserialize<StorageProviderSettings>(JsonSerializerOptions.Web)
                    ?? settings.StorageProvider,
            };
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{path}: {failure.Message}", failure);
        }
    }

    static JsonElement? Section(JsonElement root, string name) =>
        Value(Value(root, "extensions"), name);

    static JsonElement? Value(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } section && section.TryGetProperty(name, out var value)
            ? value
            : null;

    static int? Positive(JsonElement? section, string name, string path)
    {
        if (Value(section, name) is not { } value)
        {
            return null;
        }

        return value.TryGetInt32(out var number) && number > 0
            ? number
            : throw new InvalidOperationException(
                $"{path}: extensions.durableTask.{name} must be a positive whole number.");
    }
}
