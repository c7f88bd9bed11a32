using Azurite;

namespace LocalRuntime.Tests;

/// <summary>The contract on Azure Storage, as Azurite has it: the provider that production uses.</summary>
public sealed class On_Azure_Storage : OrchestrationContract
{
    // Short intervals where production is patient with the bill.
    const string HostJson = """
        {
          "extensions": {
            "durableTask": {
              "hubName": "HUB",
              "storageProvider": {
                "partitionCount": 1, "maxQueuePollingInterval": "00:00:00.050", "useTablePartitionManagement": true
              }
            }
          }
        }
        """;

    private protected override async Task<TestHost> StartAsync()
    {
        var storage = await AzuriteServer.GetAsync();
        return await TestHost.StartAsync(
            hostJson: HostJson.Replace("HUB", AzuriteServer.NewHubName(), StringComparison.Ordinal),
            connection: storage.ConnectionString);
    }
}
