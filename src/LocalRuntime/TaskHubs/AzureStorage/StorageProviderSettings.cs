namespace LocalRuntime.TaskHubs.AzureStorage;

/// <summary>
/// The section storageProvider of host.json; what is absent has the default of Durable Functions (AzureStorageOptions of the
/// host's extension).
/// </summary>
sealed record StorageProviderSettings
{
    public int PartitionCount { get; init; } = 4;

    public int ControlQueueBatchSize { get; init; } = 32;

    public int ControlQueueBufferThreshold { get; init; } = 256;

    /// <summary>How long an orchestration's messages stay with a process that has died.</summary>
    public TimeSpan ControlQueueVisibilityTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a call of an activity stays with a process that has died.</summary>
    public TimeSpan WorkItemQueueVisibilityTimeout { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan MaxQueuePollingInterval { get; init; } = TimeSpan.FromSeconds(30);

    public bool UseTablePartitionManagement { get; init; }
}
