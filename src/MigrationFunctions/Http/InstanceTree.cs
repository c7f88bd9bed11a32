using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace MigrationFunctions.Http;

/// <summary>A run's orchestration and those under it. Durable Task steers one instance at a time, so the tree is walked by
/// the prefix that all ids share, parents first.</summary>
/// <param name="isDue">Whether an instance in that state is to be steered: Durable Task refuses to suspend what is suspended,
/// to resume what is not, and anything of what has ended.</param>
/// <param name="steer">Its failure counts only while the instance is still due.</param>
sealed class InstanceTree(
    DurableTaskClient client, string runId, Func<OrchestrationMetadata, bool> isDue, Func<string, Task> steer)
{
    const int Looks = 20;
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly HashSet<string> _steered = new(StringComparer.Ordinal);

    AsyncPageable<OrchestrationMetadata> Children =>
        client.GetAllInstancesAsync(new OrchestrationQuery { InstanceIdPrefix = runId + ":" });

    /// <summary>Steers until nothing is due any more, each instance once: what it was told takes a moment, and it may begin
    /// others meanwhile. Gives up waiting, not steering, after five seconds and the time of its calls.</summary>
    public async Task SteerToTheEndAsync(CancellationToken cancellationToken)
    {
        for (var look = 1; await SteerAsync(cancellationToken) && look < Looks; look++)
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
    }

    /// <summary>Whether any instance is due.</summary>
    public async Task<bool> IsAnyDueAsync(CancellationToken cancellationToken)
    {
        if (IsDue(await client.GetInstanceAsync(runId, cancellationToken)))
            return true;
        await foreach (var child in Children.WithCancellation(cancellationToken))
            if (IsDue(child))
                return true;
        return false;
    }

    /// <summary>Steers each instance that is due now, once.</summary>
    /// <returns>False when nothing was due.</returns>
    public async Task<bool> SteerAsync(CancellationToken cancellationToken)
    {
        var wasDue = await SteerAsync(await client.GetInstanceAsync(runId, cancellationToken), cancellationToken);
        await foreach (var child in Children.WithCancellation(cancellationToken))
            wasDue |= await SteerAsync(child, cancellationToken);
        return wasDue;
    }

    async Task<bool> SteerAsync(OrchestrationMetadata? instance, CancellationToken cancellationToken)
    {
        if (!IsDue(instance))
            return false;
        if (!_steered.Add(instance!.InstanceId))
            return true;
        try
        {
            await steer(instance.InstanceId);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // It may have ended, or got there by itself, since it was looked at.
            if (IsDue(await client.GetInstanceAsync(instance.InstanceId, cancellationToken)))
                throw;
        }
        return true;
    }

    bool IsDue(OrchestrationMetadata? instance) => instance is { IsCompleted: false } && isDue(instance);
}
