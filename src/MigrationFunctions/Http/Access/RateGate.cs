using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Http.Access;

/// <summary>429 for a caller who asks too often; reads and writes are counted apart, on each instance by itself. The
/// liveness probe is not counted: a stranger must not be able to have an instance taken for dead.</summary>
/// <remarks>Callers are principals and keys, which are few, or buckets of addresses; who has not called for more than a
/// minute takes no memory.</remarks>
sealed class RateGate(HttpFunctions functions, AccessSettings settings, TimeProvider clock) : Gate, IDisposable
{
    readonly PartitionedRateLimiter<string> _reads = Limiter(settings.RequestsPerMinute, clock);
    readonly PartitionedRateLimiter<string> _writes = Limiter(settings.WritesPerMinute, clock);

    public void Dispose()
    {
        _reads.Dispose();
        _writes.Dispose();
    }

    protected override IActionResult? Refuse(string function, HttpContext http)
    {
        var called = functions.Get(function);
        if (called.Required == Role.Anyone)
            return null;
        using var lease = (called.IsWrite ? _writes : _reads).AttemptAcquire(CallerIdentity.Of(http).Key);
        if (lease.IsAcquired)
            return null;
        lease.TryGetMetadata(MetadataName.RetryAfter, out var wait);
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        var (kind, limit, setting) = called.IsWrite
            ? ("writes", settings.WritesPerMinute, "WritesPerMinute")
            : ("reads", settings.RequestsPerMinute, "RequestsPerMinute");
        return Json.Problems(StatusCodes.Status429TooManyRequests, "The caller asks too often.", [new Problem(
            ErrorCodes.TooManyRequests, $"{http.Request.Method} {http.Request.Path}",
            $"More than {limit} {kind} came from the caller within a minute.",
            $"Ask again in {seconds} s and less often, or raise Migration:{setting}.")]);
    }

    static PartitionedRateLimiter<string> Limiter(int calls, TimeProvider clock) =>
        PartitionedRateLimiter.Create<string, string>(
            caller => RateLimitPartition.Get(caller, _ => new MinuteLimiter(calls, clock)), StringComparer.Ordinal);
}
