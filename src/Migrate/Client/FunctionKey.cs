using System.Text.Json;
using Migrate.Commands;

namespace Migrate.Client;

/// <summary>Finds the function key: the option, else <c>MIGRATE_KEY</c>, else for a service on this machine the key
/// that <c>migrate serve</c> keeps in its folder, which <c>MIGRATE_HUB</c> may name.</summary>
static class FunctionKey
{
    /// <summary>Where <c>migrate serve</c> keeps history and keys unless it is told otherwise.</summary>
    const string LocalHub = ".migration";

    /// <summary>The key, or null when there is none: the service then says that it wants one.</summary>
    /// <param name="folder">The folder in which <c>migrate serve</c> was started.</param>
    /// <param name="hub">Where it keeps history and keys; null for where it does unless it is told otherwise.</param>
    /// <exception cref="UsageException">The key cannot stand in a header.</exception>
    public static string? Find(string? option, string? environment, Uri api, string folder, string? hub = null)
    {
        var key = NotEmpty(option) ?? NotEmpty(environment)
            ?? (api.IsLoopback ? OfLocalHost(Path.Combine(folder, NotEmpty(hub) ?? LocalHub)) : null);
        if (key is not null && key.Any(c => c is < '!' or > '~'))
            throw new UsageException("--key", "The function key holds characters that no key has.",
                "Copy it again, without spaces or line breaks.");
        return key;
    }

    static string? NotEmpty(string? key) => string.IsNullOrWhiteSpace(key) ? null : key.Trim();

    static string? OfLocalHost(string hub)
    {
        try
        {
            using var keys = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(hub, "keys.json")));
            return keys.RootElement.TryGetProperty("functionKey", out var key) ? key.GetString() : null;
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            // Another service may be listening, or one with another folder: without a key it answers 401.
            return null;
        }
    }
}
