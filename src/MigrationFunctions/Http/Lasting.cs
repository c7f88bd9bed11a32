namespace MigrationFunctions.Http;

/// <summary>Work that changes state: it does not stop half-way because its caller goes away.</summary>
static class Lasting
{
    // Longer than any of it takes while the databases and the task hub answer.
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Carries the work through, within two minutes, whatever becomes of the request.</summary>
    public static async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work)
    {
        using var late = new CancellationTokenSource(Limit);
        return await work(late.Token);
    }
}
