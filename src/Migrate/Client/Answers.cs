using System.Text.Json;

namespace Migrate.Client;

/// <summary>An answer of the service: what this version of the command understands, and all that came.</summary>
/// <param name="RetryAfter">When the service wants to be asked again, or null.</param>
public sealed record Answer<T>(T Value, JsonElement Body, TimeSpan? RetryAfter);

/// <summary>Answer of <c>POST /migrations</c>. The management addresses of Durable Task that come with it are left out:
/// they hold a key.</summary>
public sealed record StartedRun(string RunId, string Status, string StatusUri, int Tenants);
