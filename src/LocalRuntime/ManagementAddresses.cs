using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace LocalRuntime;

/// <summary>
/// The addresses by which the instances of this host are followed and steered (Durable Functions, HTTP API reference). They
/// carry the key that opens them.
/// </summary>
public sealed class ManagementAddresses
{
    internal const string BasePath = "/runtime/webhooks/durabletask";

    readonly IServer _server;
    readonly string _query;

    internal ManagementAddresses(IServer server, HostSettings settings, LocalRuntimeKeys keys)
    {
        _server = server;
        _query = $"taskHub={Uri.EscapeDataString(settings.HubName)}&connection=Storage&code={keys.SystemKey}";
    }

    /// <summary>The address of one instance: its status by GET, its purge by DELETE.</summary>
    /// <exception cref="InvalidOperationException">The host does not listen yet.</exception>
    public string Of(string instanceId) => $"{Base(instanceId)}?{_query}";

    /// <summary>The address of something that can be done to an instance, by POST.</summary>
    /// <param name="operation">terminate, suspend, resume or raiseEvent/NAME.</param>
    /// <param name="parameters">Of the query, before those of the host.</param>
    /// <exception cref="InvalidOperationException">The host does not listen yet.</exception>
    public string Of(string instanceId, string operation, string? parameters = null) =>
        $"{Base(instanceId)}/{operation}?{(parameters is null ? "" : parameters + "&")}{_query}";

    string Base(string instanceId) =>
        (_server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("The host does not listen yet."))
        + $"{BasePath}/instances/{Uri.EscapeDataString(instanceId)}";
}
