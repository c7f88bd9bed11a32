using Migrate.Commands;

namespace Migrate.Client;

/// <summary>Where the service is and how it is asked.</summary>
/// <param name="Api">Address of the API, with a slash at its end: <c>http://localhost:7071/api/</c>.</param>
/// <param name="Key">Function key, or null. Never printed.</param>
/// <param name="Timeout">For one request.</param>
/// <param name="Entra">Where tokens come from for a service that wants one of Microsoft Entra, or null.</param>
public sealed record ServiceAddress(Uri Api, string? Key, TimeSpan Timeout, ServiceTokens? Entra = null)
{
    public const string DefaultUrl = "http://localhost:7071";
    const string Prefix = "/api";

    /// <summary>The address of the API on the host that <paramref name="url"/> names, with or without its
    /// <c>/api</c>.</summary>
    /// <exception cref="UsageException">It is no plain http or https address.</exception>
    public static Uri ApiOf(string url)
    {
        if (!Uri.TryCreate(url.Trim(), UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
            || uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw new UsageException("--url", "The service's address is not a plain http or https address.",
                $"Give the host's own, for example {DefaultUrl}; a key goes into --key or MIGRATE_KEY.");
        var path = uri.AbsolutePath.TrimEnd('/');
        return new Uri(uri, (path.EndsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? path : path + Prefix) + "/");
    }

    // A key in the generated text of a record would find its way into a log.
    bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append(Api);
        return true;
    }
}
