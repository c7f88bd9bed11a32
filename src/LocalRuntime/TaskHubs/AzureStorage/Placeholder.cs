using Microsoft.Extensions.Logging;
namespace LocalRuntime.TaskHubs.AzureStorage;
sealed record StorageProviderSettings;
sealed record AzureStorageTaskHubSettings
{
    public required string ConnectionString { get; init; }
    public required string HubName { get; init; }
    public required int MaxConcurrentOrchestrations { get; init; }
    public required int MaxConcurrentActivities { get; init; }
    public required bool ExtendedSessions { get; init; }
    public required StorageProviderSettings StorageProvider { get; init; }
    public required TimeProvider TimeProvider { get; init; }
    public required ILoggerFactory LoggerFactory { get; init; }
}
sealed class AzureStorageTaskHub(AzureStorageTaskHubSettings settings) : ITaskHub
{
    public DurableTask.Core.IOrchestrationService Service => throw new NotSupportedException(settings.HubName);
    public IScheduleStore Schedules => throw new NotSupportedException();
    public string Place => "";
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
