using LocalRuntime.TaskHubs.AzureStorage;
using LocalRuntime.TaskHubs.Sqlite;
using Microsoft.Extensions.Logging;

namespace LocalRuntime.TaskHubs;

/// <summary>Chooses the provider: Azure Storage when a connection is given, else the embedded one in the host's folder.</summary>
static class TaskHub
{
    /// <exception cref="InvalidOperationException">The folder is another process's, or the connection cannot be used.</exception>
    public static ITaskHub Of(LocalRuntimeOptions options, HostSettings settings, ILoggerFactory loggers) =>
        options.TaskHubConnection is { } connection
            ? new AzureStorageTaskHub(new AzureStorageTaskHubSettings
            {
                ConnectionString = connection,
                HubName = settings.HubName,
                MaxConcurrentOrchestrations = settings.MaxConcurrentOrchestrators,
                MaxConcurrentActivities = settings.MaxConcurrentActivities,
                ExtendedSessions = settings.ExtendedSessions,
                StorageProvider = settings.StorageProvider,
                LoggerFactory = loggers,
            })
            : new SqliteTaskHub(new SqliteTaskHubSettings
            {
                Folder = options.TaskHubFolder,
                MaxConcurrentOrchestrations = settings.MaxConcurrentOrchestrators,
                MaxConcurrentActivities = settings.MaxConcurrentActivities,
                ExtendedSessions = options.ExtendedSessions,
                MaxLiveSessions = options.MaxLiveSessions,
                TimeProvider = options.TimeProvider,
                LoggerFactory = loggers,
            });
}
