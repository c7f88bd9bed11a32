using System.Collections.Concurrent;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace LocalRuntime.TaskHubs.AzureStorage;

/// <summary>
/// Status of the timer functions in blobs, one each. Who may call a function holds its blob's lease, by which alone its status can
/// be written; it ends by itself a minute after its holder has died.
/// </summary>
sealed class BlobScheduleStore : IScheduleStore
{
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    readonly BlobContainerClient _container;
    readonly ConcurrentDictionary<string, string> _held = new(StringComparer.Ordinal);

    /// <param name="name">Of the container.</param>
    public BlobScheduleStore(string connectionString, string name)
    {
        // The SDK's own patience would hold up the start of a host for half a minute where nobody listens.
        var options = new BlobClientOptions { Retry = { Mode = RetryMode.Exponential, MaxRetries = 3 } };
        _container = new BlobContainerClient(connectionString, name, options);
    }

    public Task CreateIfNotExistsAsync(CancellationToken cancellationToken) =>
        _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);

    public async Task<TimerStatus?> FindAsync(string function, CancellationToken cancellationToken)
    {
        try
        {
            var blob = await Blob(function).DownloadContentAsync(cancellationToken);
            return blob.Value.Content.ToMemory().IsEmpty ? null : blob.Value.Content.ToObjectFromJson<TimerStatus>();
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    /// <exception cref="RequestFailedException">The caller's right has ended, and another process has it.</exception>
    public Task SaveAsync(string function, TimerStatus status, CancellationToken cancellationToken) => Blob(function).UploadAsync(
        BinaryData.FromObjectAsJson(status),
        new BlobUploadOptions { Conditions = new BlobRequestConditions { LeaseId = _held.GetValueOrDefault(function) } },
        cancellationToken);

    public async Task<IAsyncDisposable?> TryOwnAsync(string function, CancellationToken cancellationToken)
    {
        await EnsureBlobAsync(function, cancellationToken);
        var lease = Blob(function).GetBlobLeaseClient();
        try
        {
            await lease.AcquireAsync(Lease, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException held) when (held.ErrorCode == BlobErrorCode.LeaseAlreadyPresent)
        {
            return null;
        }

        _held[function] = lease.LeaseId;
        return new HeldLease(lease, Lease / 3, () => _held.TryRemove(KeyValuePair.Create(function, lease.LeaseId)));
    }

    BlobClient Blob(string function) => _container.GetBlobClient(function + ".json");

    // Only a blob that is there has a lease: an empty one is the status of a function that was never called.
    async Task EnsureBlobAsync(string function, CancellationToken cancellationToken)
    {
        try
        {
            await Blob(function).UploadAsync(
                BinaryData.FromString(string.Empty),
                new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } },
                cancellationToken);
        }
        catch (RequestFailedException there) when (there.Status is 409 or 412)
        {
            // With or without a lease.
        }
    }
}
