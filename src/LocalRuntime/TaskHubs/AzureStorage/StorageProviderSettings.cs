namespace LocalRuntime.TaskHubs.AzureStorage;

/// <summary>
/// The section storageProvider of host.json; what is absent has the default of Durable Functions (AzureStorageOptions of the
/// host's extension).
/// </summary>
sealed record StorageProviderSettings
{
    static readonly TimeSpan ShortestVisibility = TimeSpan.FromSeconds(10);

    public int PartitionCount { get; init; } = 4;

    public int ControlQueueBatchSize { get; init; } = 32;

    public int ControlQueueBufferThreshold { get; init; } = 256;

    /// <summary>How long an orchestration's messages stay with a process that has died.</summary>
    public TimeSpan ControlQueueVisibilityTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a call of an activity stays with a process that has died.</summary>
    public TimeSpan WorkItemQueueVisibilityTimeout { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan MaxQueuePollingInterval { get; init; } = TimeSpan.FromSeconds(30);

    public bool UseTablePartitionManagement { get; init; }

    /// <summary>Every value that Azure Storage or its provider would not take, by its name in host.json.</summary>
    public IEnumerable<string> Problems()
    {
        if (PartitionCount is < 1 or > 16)
        {
            yield return "storageProvider.partitionCount must be between 1 and 16.";
        }

        if (ControlQueueBatchSize is < 1 or > 32)
        {
            yield return "storageProvider.controlQueueBatchSize must be between 1 and 32.";
        }

        if (ControlQueueBufferThreshold is < 1 or > 1000)
        {
            yield return "storageProvider.controlQueueBufferThreshold must be between 1 and 1000.";
        }

        // The dispatcher looks every five seconds whether to renew: a call would run twice in less than two of these.
        if (ControlQueueVisibilityTimeout < ShortestVisibility || WorkItemQueueVisibilityTimeout < ShortestVisibility)
        {
            yield return "storageProvider.controlQueueVisibilityTimeout and workItemQueueVisibilityTimeout must be 10 seconds at least.";
        }

        if (MaxQueuePollingInterval <= TimeSpan.Zero)
        {
            yield return "storageProvider.maxQueuePollingInterval must be positive.";
        }
    }
}
