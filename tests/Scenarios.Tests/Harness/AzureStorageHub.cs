using Azurite;

namespace Scenarios.Tests.Harness;

/// <summary>Puts the task hub of a scenario into Azure Storage, where several processes may share it.</summary>
static class AzureStorageHub
{
    const string Durable = "AzureFunctionsJobHost:extensions:durableTask:";

    /// <summary>A new hub; what a hub before it had under way is lost to the scenario.</summary>
    public static async Task UseNewHubAsync(this Scenario scenario)
    {
        var storage = await AzuriteServer.GetAsync();
        scenario.Settings["Migration:TaskHubConnection"] = storage.ConnectionString;
        scenario.Settings[Durable + "hubName"] = AzuriteServer.NewHubName();
        // Production asks less often, and waits longer for a process that has died.
        scenario.Settings[Durable + "storageProvider:maxQueuePollingInterval"] = "00:00:00.100";
        scenario.Settings[Durable + "storageProvider:controlQueueVisibilityTimeout"] = "00:00:15";
        scenario.Settings[Durable + "storageProvider:workItemQueueVisibilityTimeout"] = "00:00:15";
    }
}
