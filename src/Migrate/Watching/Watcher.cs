using Migrate.Client;
using MigrationFunctions.Core.Ledger;

namespace Migrate.Watching;

/// <summary>Asks for the status of a run or a reconciliation until it has ended. Only reads: nothing that happens here
/// touches it.</summary>
/// <param name="statusOf">One of <see cref="States"/>.</param>
sealed class Watcher<T>(Func<CancellationToken, Task<Answer<T>>> ask, Func<T, string> statusOf, TimeProvider clock)
{
    /// <summary>How long the service may be away, for a restart or a deployment, before the watch gives up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>How long nothing may execute what is watched: a host that was restarted takes it up again well
    /// within.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan UsualPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Returns the last status: it has ended, or nothing has executed it for <see cref="Grace"/>.</summary>
    /// <exception cref="ServiceException">The service refused, or was away for longer than
    /// <see cref="Patience"/>.</exception>
    public async Task<Answer<T>> WatchAsync(
        Action<Answer<T>> seen, Action<ServiceException> lost, CancellationToken cancellationToken)
    {
        DateTimeOffset? lostSince = null, interruptedSince = null;
        while (true)
        {
            var pause = UsualPause;
            try
            {
                var answer = await ask(cancellationToken);
                lostSince = null;
                seen(answer);
                var status = statusOf(answer.Value);
                interruptedSince = status == States.Interrupted ? interruptedSince ?? clock.GetUtcNow() : null;
                if (HasEnded(status) || clock.GetUtcNow() - interruptedSince >= Grace)
                    return answer;
                pause = answer.RetryAfter ?? UsualPause;
            }
            catch (ServiceException e) when (
                e.IsTemporary && clock.GetUtcNow() - (lostSince ??= clock.GetUtcNow()) < Patience)
            {
                lost(e);
            }
            await Task.Delay(Bounded(pause), clock, cancellationToken);
        }
    }

    static bool HasEnded(string status) => status
        is States.Completed or States.CompletedWithRejects or States.Failed or States.Terminated;

    static TimeSpan Bounded(TimeSpan pause) =>
        pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause;
}
