using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Logging;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Http.Access;

/// <summary>429 for a caller who asks too often; reads and writes are counted apart, on each instance by itself. The
/// liveness probe is not counted: a stranger must not be able to have an instance taken for dead.</summary>
/// <remarks>Callers are principals and keys, which are few, or buckets of addresses; who has not called for more than a
/// minute takes no memory.</remarks>
sealed class RateGate(HttpFunctions functions, AccessSettings settings, TimeProvider clock, ILogger<RateGate> logger)
    : Gate(functions), IDisposable
{
    readonly PartitionedRateLimiter<string> _reads = Limiter(settings.RequestsPerMinute, clock);
    readonly PartitionedRateLimiter<string> _writes = Limiter(settings.WritesPerMinute, clock);

    public void Dispose()
    {
        _reads.Dispose();
        _writes.Dispose();
    }

    protected override IActionResult? Refuse(HttpFunction function, HttpContext http)
    {
        if (function.Required == Role.None)
            return null;
        var caller = CallerIdentity.Of(http).Key;
        using var lease = (function.IsWrite ? _writes : _reads).AttemptAcquire(caller);
        if (lease.IsAcquired)
            return null;
        lease.TryGetMetadata(MetadataName.RetryAfter, out var wait);
        var seconds = (int)Math.Ceiling(wait.TotalSeconds);
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        var (kind, limit, setting) = function.IsWrite
            ? ("writes", settings.WritesPerMinute, "WritesPerMinute")
            : ("reads", settings.RequestsPerMinute, "RequestsPerMinute");
        Log.CallRefused(logger, function.Name, caller, $"more than {limit} {kind} came within a minute");
        return Json.Problems(StatusCodes.Status429TooManyRequests, "The caller asks too often.", [new Problem(
            ErrorCodes.TooManyRequests, $"{http.Request.Method} {http.Request.Path}",
            $"More than {limit} {kind} came from the caller within a minute.",
            $"Ask again in {seconds} s and less often, or raise Migration:{setting}.")]);
    }

    static PartitionedRateLimiter<string> Limiter(int calls, TimeProvider clock) =>
        PartitionedRateLimiter.Create<string, string>(
            caller => RateLimitPartition.Get(caller, _ => new MinuteLimiter(calls, clock)), StringComparer.Ordinal);
}
