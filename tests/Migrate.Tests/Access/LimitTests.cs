using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using MigrationFunctions.Http.Access;

namespace Migrate.Tests.Access;

public sealed class LimitTests
{
    readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(1_024, false, 400)]
    [InlineData(1_000, true, 400)] // Kestrel counts the frames of chunks as well.
    [InlineData(1_025, false, 413)]
    [InlineData(1_025, true, 413)]
    [InlineData(9_000, true, 413)]
    public async Task A_body_over_the_limit_is_refused_also_when_its_length_is_not_announced(
        int bytes, bool chunked, int expected)
    {
        await using var service = await Service.StartAsync(
            Service.KeyMode, null, ("Migration:MaxRequestBytes", "1024"));
        foreach (var call in new[] { "POST manifests/validate", "POST migrations" })
        {
            var answer = await service.SendAsync(call, body: new string('x', bytes), chunked: chunked);
            Assert.Equal(expected, answer.Status);
            Assert.Equal("application/problem+json", answer.ContentType);
            Assert.Equal(expected == 413, answer.Text.Contains("MIG6026", StringComparison.Ordinal));
        }
        var steering = await service.SendAsync("POST migrations/1/suspend", body: new string('x', 1_025));
        Assert.Equal(413, steering.Status);
    }

    [Fact]
    public async Task Reads_and_writes_are_counted_apart_and_begin_anew_after_a_minute()
    {
        await using var service = await LimitedAsync(Service.KeyMode);
        Assert.Equal("200, 200, 200, 429", await RepeatAsync(service, "GET manifests", 4));
        // What only reads counts as a read, whatever its method.
        Assert.Equal(429, (await service.SendAsync("POST manifests/validate", body: "{}")).Status);
        Assert.Equal("400, 400, 429", await RepeatAsync(service, "POST migrations", 3));

        _clock.Advance(TimeSpan.FromSeconds(20.5));
        var refused = await service.SendAsync("GET manifests");
        Assert.Equal((429, "MIG6027", "40"), (refused.Status, refused.Code, refused.Header("Retry-After")));

        _clock.Advance(TimeSpan.FromSeconds(39.5));
        Assert.Equal("200, 200, 200, 429", await RepeatAsync(service, "GET manifests", 4));
        Assert.Equal("400, 400, 429", await RepeatAsync(service, "POST migrations", 3));
    }

    [Fact]
    public async Task The_liveness_probe_is_never_refused()
    {
        await using var service = await LimitedAsync(Service.KeyMode);
        Assert.Equal("200, 200, 200, 200, 200", await RepeatAsync(service, "GET health/live", 5));
    }

    [Fact]
    public async Task Principals_are_counted_each_by_itself_and_those_without_a_role_too()
    {
        await using var service = await LimitedAsync(Service.EntraMode);
        Assert.Equal("200, 200, 200, 429", await RepeatAsync(service, "GET manifests", 4, Principals.User("a", "Migration.Reader")));
        Assert.Equal("200, 200, 200, 429", await RepeatAsync(service, "GET manifests", 4, Principals.User("b", "Migration.Reader")));
        Assert.Equal("403, 403, 403, 429", await RepeatAsync(service, "GET manifests", 4, Principals.User("c")));
        Assert.Equal("401, 401, 401, 429", await RepeatAsync(service, "GET manifests", 4));
    }

    [Fact]
    public async Task A_forged_principal_is_no_way_round_the_limit_of_a_key()
    {
        await using var service = await LimitedAsync(Service.KeyMode);
        await RepeatAsync(service, "GET manifests", 3);
        Assert.Equal(429, (await service.SendAsync("GET manifests", Principals.User("other", "Migration.Reader"))).Status);
    }

    [Fact]
    public void A_limiter_may_be_thrown_away_only_when_it_counts_nothing()
    {
        using var limiter = new MinuteLimiter(1, _clock);
        using var first = limiter.AttemptAcquire();
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(limiter.IdleDuration);
        using var second = limiter.AttemptAcquire();
        Assert.Equal((true, false), (first.IsAcquired, second.IsAcquired));
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.FromSeconds(2), limiter.IdleDuration);
    }

    [Fact]
    public void Addresses_share_a_bounded_number_of_limits_and_keys_are_not_kept()
    {
        var callers = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 20_000; i++)
            callers.Add(Key(http => http.Connection.RemoteIpAddress = new IPAddress(i)));
        Assert.InRange(callers.Count, 2, 1_024);
        var byHeader = Key(http => http.Request.Headers["x-functions-key"] = Service.Key);
        Assert.Equal(byHeader, Key(http => http.Request.QueryString = new QueryString("?code=" + Service.Key)));
        Assert.DoesNotContain(Service.Key, byHeader, StringComparison.Ordinal);

        static string Key(Action<HttpContext> set)
        {
            var http = new DefaultHttpContext();
            set(http);
            return CallerIdentity.Identify(
                http.Request, new AccessSettings(Authentication.FunctionKey, false, 600, 60, 1_048_576)).Key;
        }
    }

    Task<Service> LimitedAsync(Dictionary<string, string?> settings) => Service.StartAsync(
        settings, _clock, ("Migration:RequestsPerMinute", "3"), ("Migration:WritesPerMinute", "2"));

    // The statuses of so many calls.
    static async Task<string> RepeatAsync(Service service, string call, int times, string? principal = null)
    {
        var statuses = new int[times];
        for (var i = 0; i < times; i++)
            statuses[i] = (await service.SendAsync(call, principal, call.StartsWith("POST", StringComparison.Ordinal) ? "{" : null)).Status;
        return string.Join(", ", statuses);
    }
}
