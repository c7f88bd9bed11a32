namespace MigrationFunctions.Core.Planning;

/// <summary>A tenant (district) of one run.</summary>
/// <param name="Key">The tenant's legacy key as invariant text, as <c>KeyText</c> writes it.</param>
/// <param name="Id">The tenant's deterministic UUID: <c>tenant_id</c> of each of its rows.</param>
/// <param name="Name">Display name, if the manifest names a column for it.</param>
public sealed record Tenant(string Key, Guid Id, string? Name);
