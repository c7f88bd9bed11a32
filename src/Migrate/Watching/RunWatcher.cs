using Migrate.Client;
using MigrationFunctions.Contracts;

namespace Migrate.Watching;

/// <summary>Asks for a run's status until the run has ended. Only reads: nothing that happens here touches the
/// run.</summary>
sealed class RunWatcher(MigrationClient client, TimeProvider clock)
{
    /// <summary>How long the service may be away, for a restart or a deployment, before the watch gives up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>How long nothing may execute the run: a host that was restarted takes it up again well
    /// within.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan UsualPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Returns the last status: the run has ended, or nothing has executed it for
    /// <see cref="Grace"/>.</summary>
    /// <exception cref="ServiceException">The service refused, or was away for longer than
    /// <see cref="Patience"/>.</exception>
    public async Task<Answer<MigrationStatus>> WatchAsync(
        string runId, IRunView view, Action<Answer<MigrationStatus>> seen, CancellationToken cancellationToken)
    {
        DateTimeOffset? lostSince = null, interruptedSince = null;
        while (true)
        {
            var pause = UsualPause;
            try
            {
                var answer = await client.GetRunAsync(runId, cancellationToken);
                lostSince = null;
                seen(answer);
                view.Show(answer.Value);
                var isInterrupted = answer.Value.Status == States.Interrupted;
                interruptedSince = isInterrupted ? interruptedSince ?? clock.GetUtcNow() : null;
                if (HasEnded(answer.Value) || clock.GetUtcNow() - interruptedSince >= Grace)
                    return answer;
                pause = answer.RetryAfter ?? UsualPause;
            }
            catch (ServiceException e) when (
                e.IsTemporary && clock.GetUtcNow() - (lostSince ??= clock.GetUtcNow()) < Patience)
            {
                view.ShowLost(e);
            }
            await Task.Delay(Bounded(pause), clock, cancellationToken);
        }
    }

    public static bool HasEnded(MigrationStatus run) => run.Status
        is States.Completed or States.CompletedWithRejects or States.Failed or States.Terminated;

    static TimeSpan Bounded(TimeSpan pause) =>
        pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause;
}
