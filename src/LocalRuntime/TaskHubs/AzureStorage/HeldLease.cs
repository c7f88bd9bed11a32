using Azure;
using Azure.Storage.Blobs.Specialized;

namespace LocalRuntime.TaskHubs.AzureStorage;

/// <summary>A lease that is renewed until it is given back. One that is lost stays lost: the next write by it is refused.</summary>
sealed class HeldLease : IAsyncDisposable
{
    readonly BlobLeaseClient _lease;
    readonly TimeSpan _every;
    readonly Action _ended;
    readonly CancellationTokenSource _end = new();
    readonly Task _renewals;

    public HeldLease(BlobLeaseClient lease, TimeSpan every, Action ended)
    {
        (_lease, _every, _ended) = (lease, every, ended);
        _renewals = RenewAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _renewals;
        _end.Dispose();
        _ended();
        await TryAsync(() => _lease.ReleaseAsync());
    }

    async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(_every);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                await TryAsync(() => _lease.RenewAsync(cancellationToken: _end.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // Given back.
        }
    }

    // What fails now is tried at the next renewal; a lease that nobody can renew or release ends by itself.
    static async Task TryAsync(Func<Task> request)
    {
        try
        {
            await request();
        }
        catch (Exception failure) when (failure is RequestFailedException or AggregateException)
        {
        }
    }
}
