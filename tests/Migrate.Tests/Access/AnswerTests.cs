using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Migrate.Tests.Access;

/// <summary>What an answer shows, and what it keeps to itself.</summary>
public sealed class AnswerTests : IDisposable
{
    readonly CollectedLog _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task An_unforeseen_failure_is_told_by_a_trace_id_that_the_log_explains()
    {
        await using var service = await Service.ProbeAsync(_log);
        var answer = await service.SendAsync("GET Fails");
        Assert.Equal((500, "application/problem+json", "MIG6029"), (answer.Status, answer.ContentType, answer.Code));
        Assert.DoesNotContain("12345", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", answer.Text, StringComparison.Ordinal);
        var trace = answer.Json.GetProperty("traceId").GetString()!;
        Assert.NotEmpty(trace);
        Assert.Contains(trace, answer.Remedy, StringComparison.Ordinal);
        var entry = Assert.Single(_log.Entries, e => e.Text.Contains(trace, StringComparison.Ordinal));
        Assert.Contains("12345", entry.Failure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_coded_failure_that_a_function_lets_pass_is_told_by_its_code()
    {
        await using var service = await Service.ProbeAsync(_log);
        var answer = await service.SendAsync("GET FailsCoded");
        Assert.Equal((503, "MIG4001"), (answer.Status, answer.Code));
        Assert.Single(_log.Entries, e => e.Text.StartsWith("FailsCoded could not serve a call. MIG4001", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_asks_too_often_or_without_the_role_is_logged_by_a_digest()
    {
        await using var service = await Service.ProbeAsync(_log, ("Migration:RequestsPerMinute", "1"));
        await service.SendAsync("GET Page");
        Assert.Equal(429, (await service.SendAsync("GET Page")).Status);
        await using var entra = await Service.ProbeAsync(
            _log, ("Migration:Authentication", "Entra"), ("WEBSITE_AUTH_ENABLED", "true"));
        Assert.Equal(403, (await entra.SendAsync("GET Page", Principals.User("ada"))).Status);

        Assert.Single(_log.Entries, e => e.Text.StartsWith("Page refused key ", StringComparison.Ordinal));
        Assert.Single(_log.Entries, e => e.Text == "Page refused principal id-of-ada: it needs role Reader.");
        Assert.DoesNotContain(_log.Entries, e => e.Text.Contains(Service.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unforeseen_failure_is_one_in_the_trace_too()
    {
        var failed = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "LocalRuntime",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (span.Status == ActivityStatusCode.Error)
                    failed.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var service = await Service.ProbeAsync(_log);

        await service.SendAsync("GET Fails");

        var span = Assert.Single(failed, s => s.DisplayName == "function Fails");
        Assert.Equal("System.InvalidOperationException", span.GetTagItem("error.type"));
    }

    [Fact]
    public async Task A_page_may_have_styles_and_nothing_else()
    {
        await using var service = await Service.ProbeAsync(_log);
        Assert.Equal(
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            (await service.SendAsync("GET Page")).Header("Content-Security-Policy"));
    }

    [Fact]
    public async Task Every_answer_is_to_be_neither_kept_nor_guessed_at()
    {
        await using var service = await Service.ProbeAsync(_log, ("Migration:RequestsPerMinute", "2"));
        List<Received> answers = [];
        foreach (var call in new[] { "GET Page", "GET Fails", "GET Page" })
            answers.Add(await service.SendAsync(call));
        await using var app = await Service.StartAsync(Service.EntraMode);
        answers.Add(await app.SendAsync("GET migrations"));
        answers.Add(await app.SendAsync("GET migrations", Principals.User("a")));
        answers.Add(await app.SendAsync("GET manifests", Principals.User("a", "Migration.Reader")));
        Assert.Equal([200, 500, 429, 401, 403, 200], answers.Select(a => a.Status));
        Assert.All(answers, answer =>
        {
            Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
            Assert.Equal("no-store", answer.Header("Cache-Control"));
            Assert.Equal("no-referrer", answer.Header("Referrer-Policy"));
            Assert.StartsWith("default-src 'none';", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        });
    }

    sealed class CollectedLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(string Text, Exception? Failure)> Entries { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            Entries.Enqueue((formatter(state, exception), exception));

        public void Dispose()
        {
        }
    }
}
