using LocalRuntime;
using Microsoft.DurableTask.Client;
using MigrationFunctions.Contracts;
using MigrationFunctions.Http;

namespace Migrate.Hosting;

/// <summary>The management addresses of this host, in the shape of those of the Functions host.</summary>
sealed class LocalManagementEndpoints(ManagementAddresses addresses) : IManagementEndpoints
{
    const string Reason = "reason={{text}}";

    public ManagementUris Of(DurableTaskClient client, string instanceId) => new(
        instanceId,
        addresses.Of(instanceId),
        addresses.Of(instanceId, "raiseEvent/{eventName}"),
        addresses.Of(instanceId, "terminate", Reason),
        addresses.Of(instanceId, "suspend", Reason),
        addresses.Of(instanceId, "resume", Reason),
        addresses.Of(instanceId));
}
