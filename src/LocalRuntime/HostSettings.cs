using LocalRuntime.TaskHubs.AzureStorage;
using Microsoft.Extensions.Configuration;

namespace LocalRuntime;

/// <summary>
/// The part of host.json that a local host heeds; what is absent has the default of Azure Functions (host.json reference,
/// sections http and durableTask). As there, a setting <c>AzureFunctionsJobHost:PATH</c> goes before the file's value.
/// </summary>
sealed record HostSettings
{
    const string Overrides = "AzureFunctionsJobHost";
    const string Durable = "extensions:durableTask";

    public string HubName { get; init; } = "TestHubName";

    public string RoutePrefix { get; init; } = "api";

    public int MaxConcurrentActivities { get; init; } = 10 * Environment.ProcessorCount;

    public int MaxConcurrentOrchestrators { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>Whether a host on Azure Storage keeps orchestrators in memory between turns; the embedded hub always does.</summary>
    public bool ExtendedSessions { get; init; }

    public StorageProviderSettings StorageProvider { get; init; } = new();

    /// <param name="path">Null: the defaults alone.</param>
    /// <param name="overrides">The settings of the app.</param>
    /// <exception cref="InvalidOperationException">
    /// The file is not readable JSON, or a value in it is not what it has to be.
    /// </exception>
    public static HostSettings Read(string? path, IConfiguration overrides)
    {
        try
        {
            var file = new ConfigurationBuilder();
            if (path is not null)
            {
                file.AddJsonFile(path, optional: false, reloadOnChange: false);
            }

            return Read(file.AddConfiguration(overrides.GetSection(Overrides)).Build());
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException or InvalidOperationException)
        {
            var cause = failure.InnerException ?? failure;
            throw new InvalidOperationException($"{path}: {cause.Message}", failure);
        }
    }

    static HostSettings Read(IConfiguration host)
    {
        var defaults = new HostSettings();
        return new HostSettings
        {
            HubName = host[Durable + ":hubName"] ?? defaults.HubName,
            RoutePrefix = host["extensions:http:routePrefix"] ?? defaults.RoutePrefix,
            MaxConcurrentActivities = Positive(host, "maxConcurrentActivityFunctions") ?? defaults.MaxConcurrentActivities,
            MaxConcurrentOrchestrators =
                Positive(host, "maxConcurrentOrchestratorFunctions") ?? defaults.MaxConcurrentOrchestrators,
            ExtendedSessions = host.GetValue(Durable + ":extendedSessionsEnabled", defaultValue: false),
            StorageProvider =
                host.GetSection(Durable + ":storageProvider").Get<StorageProviderSettings>() ?? defaults.StorageProvider,
        };
    }

    static int? Positive(IConfiguration host, string name) => host.GetValue<int?>($"{Durable}:{name}") switch
    {
        <= 0 => throw new InvalidOperationException($"{Durable.Replace(':', '.')}.{name} must be a positive whole number."),
        var value => value,
    };
}
