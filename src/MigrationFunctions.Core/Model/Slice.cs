namespace MigrationFunctions.Core.Model;

/// <summary>The rows of one tenant and entity in one ledger: what an entity orchestration works through.</summary>
public sealed record Slice(string Ledger, string Manifest, Guid TenantId, string TenantKey, string Entity)
{
    /// <summary>For messages: <c>student of tenant 7</c>.</summary>
    public override string ToString() => $"{Entity} of tenant {TenantKey}";
}
