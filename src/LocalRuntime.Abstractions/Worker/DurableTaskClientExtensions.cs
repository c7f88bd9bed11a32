using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Microsoft.Azure.Functions.Worker;

public static class DurableTaskClientExtensions
{
    /// <summary>The management addresses of one instance.</summary>
    /// <exception cref="InvalidOperationException">
    /// The client did not come from a function binding and no request was given, so that the base address is unknown.
    /// </exception>
    public static HttpManagementPayload CreateHttpManagementPayload(
        this DurableTaskClient client, string instanceId, HttpRequestData? request = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        var source = client as IHttpManagementSource;
        var baseUrl = request is null
            ? source?.HttpBaseUrl
            : request.Url.GetLeftPart(UriPartial.Authority) + IHttpManagementSource.BasePath;
        if (baseUrl is null)
        {
            throw new InvalidOperationException(
                "Failed to create HTTP management payload as base URL is null. Either use Functions bindings or "
                + "provide an HTTP request to create the HttpPayload.");
        }

        var instance = $"{baseUrl}/instances/{Uri.EscapeDataString(instanceId)}";
        var query = source?.QueryString;
        return new HttpManagementPayload
        {
            Id = instanceId,
            StatusQueryGetUri = Address(instance, query),
            PurgeHistoryDeleteUri = Address(instance, query),
            SendEventPostUri = Address(instance + "/raiseEvent/{eventName}", query),
            TerminatePostUri = Address(instance + "/terminate", "reason={{text}}", query),
            SuspendPostUri = Address(instance + "/suspend", "reason={{text}}", query),
            ResumePostUri = Address(instance + "/resume", "reason={{text}}", query),
        };
    }

    static string Address(string path, params string?[] query)
    {
        var given = string.Join('&', query.Where(part => !string.IsNullOrEmpty(part)));
        return given.Length == 0 ? path : path + "?" + given;
    }
}

/// <summary>What a client knows of the host's management endpoints.</summary>
interface IHttpManagementSource
{
    const string BasePath = "/runtime/webhooks/durabletask";

    /// <summary>Scheme, authority and base path; null until the host listens.</summary>
    string? HttpBaseUrl { get; }

    /// <summary>Parameters that every address carries, the key among them; without the question mark.</summary>
    string? QueryString { get; }
}
