using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using MigrationFunctions.Contracts;

namespace MigrationFunctions.Http;

/// <summary>Where the host that runs the functions lets an instance be managed past them.</summary>
public interface IManagementEndpoints
{
    /// <param name="client">The function's durable client: in Azure it carries the host's address.</param>
    ManagementUris Of(DurableTaskClient client, string instanceId);
}

/// <summary>Those of the Azure Functions host.</summary>
sealed class FunctionsHostEndpoints : IManagementEndpoints
{
    public ManagementUris Of(DurableTaskClient client, string instanceId)
    {
        var given = client.CreateHttpManagementPayload(instanceId);
        return new ManagementUris(
            given.Id!, given.StatusQueryGetUri!, given.SendEventPostUri!, given.TerminatePostUri!, given.SuspendPostUri!,
            given.ResumePostUri!, given.PurgeHistoryDeleteUri!);
    }
}
