using System.Threading.RateLimiting;

namespace MigrationFunctions.Http.Access;

/// <summary>Lets a number of calls pass in each minute, which begins with the first call after the last one's end. The
/// limiters of the framework go by the machine's clock alone.</summary>
sealed class MinuteLimiter(int calls, TimeProvider clock) : RateLimiter
{
    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    long _begun = clock.GetTimestamp();
    int _passed;

    /// <summary>Null while a call of the past counts: a limiter that is thrown away would forget it.</summary>
    public override TimeSpan? IdleDuration
    {
        get
        {
            lock (_lock)
                return clock.GetElapsedTime(_begun) is var elapsed && elapsed >= Window ? elapsed - Window : null;
        }
    }

    public override RateLimiterStatistics? GetStatistics() => null;

    protected override RateLimitLease AttemptAcquireCore(int permitCount)
    {
        lock (_lock)
        {
            var elapsed = clock.GetElapsedTime(_begun);
            if (elapsed >= Window)
                (_begun, _passed, elapsed) = (clock.GetTimestamp(), 0, TimeSpan.Zero);
            if (_passed + permitCount > calls)
                return new Lease(Window - elapsed);
            _passed += permitCount;
            return new Lease(null);
        }
    }

    protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) =>
        ValueTask.FromResult(AttemptAcquireCore(permitCount));

    sealed class Lease(TimeSpan? wait) : RateLimitLease
    {
        public override bool IsAcquired => wait is null;

        public override IEnumerable<string> MetadataNames => wait is null ? [] : [MetadataName.RetryAfter.Name];

        public override bool TryGetMetadata(string metadataName, out object? metadata)
        {
            metadata = metadataName == MetadataName.RetryAfter.Name ? wait : null;
            return metadata is not null;
        }
    }
}
