using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace LocalRuntime.TaskHubs.AzureStorage;

/// <summary>
/// Status of the timer functions in blobs, one each. Who may call a function holds the lease of a second blob, which ends by
/// itself a minute after its holder has died.
/// </summary>
sealed class BlobScheduleStore(BlobContainerClient container) : IScheduleStore
{
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);

    public Task CreateIfNotExistsAsync(CancellationToken cancellationToken) =>
        container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);

    public async Task<TimerStatus?> FindAsync(string function, CancellationToken cancellationToken)
    {
        try
        {
            var status = await container.GetBlobClient(function + "/status.json").DownloadContentAsync(cancellationToken);
            return status.Value.Content.ToObjectFromJson<TimerStatus>();
        }
        catch (RequestFailedException missing) when (missing.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            return null;
        }
    }

    public Task SaveAsync(string function, TimerStatus status, CancellationToken cancellationToken) =>
        container.GetBlobClient(function + "/status.json")
            .UploadAsync(BinaryData.FromObjectAsJson(status), overwrite: true, cancellationToken);

    public async Task<IAsyncDisposable?> TryOwnAsync(string function, CancellationToken cancellationToken)
    {
        var blob = container.GetBlobClient(function + "/lease");
        try
        {
            await CreateIfNotExistsAsync(blob, cancellationToken);
            var lease = blob.GetBlobLeaseClient();
            await lease.AcquireAsync(Lease, cancellationToken: cancellationToken);
            return new Right(lease);
        }
        catch (RequestFailedException held) when (held.ErrorCode == BlobErrorCode.LeaseAlreadyPresent)
        {
            return null;
        }
    }

    static async Task CreateIfNotExistsAsync(BlobClient blob, CancellationToken cancellationToken)
    {
        if (await blob.ExistsAsync(cancellationToken))
        {
            return;
        }

        try
        {
            await blob.UploadAsync(
                BinaryData.FromString(string.Empty),
                new BlobUploadOptions { Conditions = new BlobRequestConditions { IfNoneMatch = ETag.All } },
                cancellationToken);
        }
        catch (RequestFailedException raced) when (raced.ErrorCode == BlobErrorCode.BlobAlreadyExists)
        {
            // Another process was first.
        }
    }

    /// <summary>A lease that is renewed until it is given back.</summary>
    sealed class Right : IAsyncDisposable
    {
        readonly BlobLeaseClient _lease;
        readonly CancellationTokenSource _end = new();
        readonly Task _renewals;

        public Right(BlobLeaseClient lease)
        {
            _lease = lease;
            _renewals = RenewAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _renewals;
            _end.Dispose();
            try
            {
                await _lease.ReleaseAsync();
            }
            catch (RequestFailedException)
            {
                // It ends by itself.
            }
        }

        async Task RenewAsync()
        {
            using var timer = new PeriodicTimer(Renewal);
            try
            {
                while (await timer.WaitForNextTickAsync(_end.Token))
                {
                    await _lease.RenewAsync(cancellationToken: _end.Token);
                }
            }
            catch (Exception over) when (over is OperationCanceledException or RequestFailedException)
            {
                // Given back, or lost: the occurrence is then called by whoever finds its status not moved on.
            }
        }
    }
}
