using System.Text.Json;
using MigrationFunctions.Core.Ledger;

namespace Migrate.Client;

/// <summary>An answer of the service: what this version of the command understands, and all that came.</summary>
/// <param name="RetryAfter">When the service wants to be asked again, or null.</param>
public sealed record Answer<T>(T Value, JsonElement Body, TimeSpan? RetryAfter);

/// <summary>Answer of <c>POST /manifests/validate</c> to a valid manifest.</summary>
public sealed record ManifestVerdict(bool Valid, string Name, string Fingerprint);

/// <summary>Answer of <c>GET /migrations</c>.</summary>
public sealed record RunList(IReadOnlyList<RunSummary> Migrations);

/// <summary>Answer of <c>POST /migrations</c>. The management addresses of Durable Task that come with it are left out:
/// they hold a key.</summary>
public sealed record StartedRun(string RunId, string Status, string StatusUri, int Tenants);

/// <summary>Answer of <c>POST /migrations/{runId}/suspend</c>, <c>resume</c> and <c>terminate</c>.</summary>
public sealed record SteeredRun(string RunId, string Status, string? WaitsFor = null);
