using Azure;
using DurableTask.AzureStorage;
using DurableTask.Core;

namespace LocalRuntime.TaskHubs.AzureStorage;

/// <summary>
/// A task hub in an Azure Storage account, by Durable Task's own provider, with the settings that the Functions host takes from
/// host.json: any number of processes on any number of machines share it. Of a process that has died the others take the
/// partitions over when its leases end, and its calls when their messages become visible again.
/// </summary>
sealed class AzureStorageTaskHub : ITaskHub
{
    static readonly TimeSpan OpenWithin = TimeSpan.FromSeconds(30);

    readonly AzureStorageOrchestrationService _service;
    readonly BlobScheduleStore _schedules;

    /// <exception cref="InvalidOperationException">The connection string or the hub's name cannot be used: every reason.</exception>
    public AzureStorageTaskHub(AzureStorageTaskHubSettings settings)
    {
        var problems = settings.Problems().ToList();
        if (problems.Count > 0)
        {
            throw new InvalidOperationException(string.Join(' ', problems));
        }

        Place = $"Azure Storage account {settings.Account}";
        try
        {
            _service = new AzureStorageOrchestrationService(ToProvider(settings));
            _schedules = new BlobScheduleStore(settings.ConnectionString, settings.HubName.ToLowerInvariant() + "-timers");
        }
        catch (Exception malformed) when (malformed is FormatException or ArgumentException)
        {
            throw new InvalidOperationException(
                $"The connection string of {Place} is malformed. Copy it anew from the account's access keys.");
        }
    }

    public IOrchestrationService Service => _service;

    public IScheduleStore Schedules => _schedules;

    public string Place { get; }

    /// <exception cref="InvalidOperationException">The account cannot be used within half a minute.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CreateAsync(cancellationToken).WaitAsync(OpenWithin, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever it is, it is told with its remedy; the SDK's words may hold the request.
        catch (Exception failure) when (failure is not OperationCanceledException)
#pragma warning restore CA1031
        {
            throw new InvalidOperationException(
                $"The task hub in {Place} cannot be used ({Reason(failure)}). Check that the account can be reached from here, "
                + "that its key or signature is valid, and that it has blobs, queues and tables.");
        }
    }

    public ValueTask DisposeAsync()
    {
        _service.Dispose();
        return ValueTask.CompletedTask;
    }

    static string Reason(Exception failure) => failure switch
    {
        TimeoutException => $"no answer within {OpenWithin.TotalSeconds} seconds",
        RequestFailedException { Status: > 0 } refusal => $"{refusal.Status} {refusal.ErrorCode}",
        AggregateException { InnerExceptions: [.., var last] } => Reason(last),
        { InnerException: { } inner } => Reason(inner),
        _ => failure.GetType().Name,
    };

    // The schedules' client is the first to give up where nobody listens.
    async Task CreateAsync(CancellationToken cancellationToken)
    {
        await _schedules.CreateIfNotExistsAsync(cancellationToken);
        await _service.CreateIfNotExistsAsync();
    }

    internal static AzureStorageOrchestrationServiceSettings ToProvider(AzureStorageTaskHubSettings settings)
    {
        var storage = settings.StorageProvider;
        return new AzureStorageOrchestrationServiceSettings
        {
            StorageAccountClientProvider = new StorageAccountClientProvider(settings.ConnectionString),
            TaskHubName = settings.HubName,
            // The provider's default is the machine: two processes of one machine would hold each other's partitions.
            WorkerId = $"{Environment.MachineName}-{Guid.NewGuid():N}",
            // All processes on this hub are one application.
            UseAppLease = false,
            PartitionCount = storage.PartitionCount,
            ControlQueueBatchSize = storage.ControlQueueBatchSize,
            ControlQueueBufferThreshold = storage.ControlQueueBufferThreshold,
            ControlQueueVisibilityTimeout = storage.ControlQueueVisibilityTimeout,
            WorkItemQueueVisibilityTimeout = storage.WorkItemQueueVisibilityTimeout,
            MaxQueuePollingInterval = storage.MaxQueuePollingInterval,
            UseTablePartitionManagement = storage.UseTablePartitionManagement,
            MaxConcurrentTaskOrchestrationWorkItems = settings.MaxConcurrentOrchestrations,
            MaxConcurrentTaskActivityWorkItems = settings.MaxConcurrentActivities,
            ExtendedSessionsEnabled = settings.ExtendedSessions,
            ThrowExceptionOnInvalidDedupeStatus = true,
            LoggerFactory = settings.LoggerFactory,
        };
    }
}
