using Microsoft.DurableTask.Client;

namespace MigrationFunctions.Http;

/// <summary>A run's orchestration and those under it. Durable Task steers one instance at a time, so the tree is walked by
/// the prefix that all ids share.</summary>
static class InstanceTree
{
    // Parents go first, so a second look finds every child that one of them had begun meanwhile.
    const int Looks = 2;

    public static async Task ForEachAsync(
        DurableTaskClient client, string runId, Func<string, Task> steer, CancellationToken cancellationToken)
    {
        var steered = new HashSet<string>(StringComparer.Ordinal);
        await steer(runId);
        steered.Add(runId);
        for (var look = 0; look < Looks; look++)
        {
            var query = new OrchestrationQuery { InstanceIdPrefix = runId + ":" };
            await foreach (var instance in client.GetAllInstancesAsync(query).WithCancellation(cancellationToken))
                if (!instance.IsCompleted && steered.Add(instance.InstanceId))
                    await steer(instance.InstanceId);
        }
    }
}
