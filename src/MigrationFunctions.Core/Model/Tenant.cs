namespace MigrationFunctions.Core.Model;

/// <summary>A tenant (district) of one run.</summary>
/// <param name="Key">The tenant's legacy key as invariant text, as <c>KeyText</c> writes it.</param>
/// <param name="Id">The tenant's deterministic UUID: <c>tenant_id</c> of each of its rows.</param>
/// <param name="Name">Display name, if the manifest names a column for it.</param>
/// <param name="TimeZone">IANA name of the tenant's time zone, if the manifest names a column for it; what the source
/// holds when it is no zone that this machine knows, which preflight reports.</param>
public sealed record Tenant(string Key, Guid Id, string? Name, string? TimeZone = null);
