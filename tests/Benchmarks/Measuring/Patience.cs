namespace Benchmarks.Measuring;

/// <summary>Every wait of a benchmark ends: with what was awaited, or with an error that says what that was and what could
/// be seen of it.</summary>
static class Patience
{
    /// <param name="what">Ends the sentence "Waited 60 s for ...".</param>
    /// <param name="diagnose">Evidence for the error; it has ten seconds to gather it.</param>
    /// <exception cref="TimeoutException">The limit has passed.</exception>
    public static async Task<T> WaitAsync<T>(
        Func<CancellationToken, Task<T>> work, TimeSpan limit, string what, Func<CancellationToken, Task<string>>? diagnose,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var working = work(stop.Token);
        try
        {
            // Work that does not look at its token must not hold up the error.
            return await working.WaitAsync(limit, cancellationToken);
        }
        catch (TimeoutException)
        {
            var evidence = diagnose is null ? "" : await EvidenceAsync(diagnose);
            await stop.CancelAsync();
            _ = working.ContinueWith(t => t.Exception, TaskScheduler.Default);
            throw new TimeoutException($"Waited {limit.TotalSeconds:F0} s for {what}.{evidence}");
        }
    }

    public static Task WaitAsync(
        Func<CancellationToken, Task> work, TimeSpan limit, string what, CancellationToken cancellationToken) =>
        WaitAsync(async token =>
        {
            await work(token);
            return 0;
        }, limit, what, null, cancellationToken);

    static async Task<string> EvidenceAsync(Func<CancellationToken, Task<string>> diagnose)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            return "\n" + await diagnose(limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception e)
        {
            return $"\nNothing could be seen of it: {e.Message}";
        }
    }
}
