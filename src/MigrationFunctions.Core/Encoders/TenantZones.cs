using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary>The tenants' own time zones: whether a manifest needs them, and which tenants lack one.</summary>
static class TenantZones
{
    const int MostNamed = 50;

    public static bool AreNeeded(IEnumerable<EntityManifest> entities) =>
        entities.Any(e => e.Columns.Any(c => c.TimeZone == ColumnManifest.TenantZone));

    public static ZoneOffsets? Find(Tenant tenant) => tenant.TimeZone is { } name ? ZoneOffsets.Find(name) : null;

    /// <summary>One problem that names every tenant without a known zone, or null when each has one.</summary>
    public static Problem? Check(IEnumerable<Tenant> tenants)
    {
        var unknown = tenants.Where(t => Find(t) is null).ToList();
        return unknown.Count == 0 ? null : Unknown(unknown);
    }

    public static Problem Unknown(IReadOnlyList<Tenant> tenants)
    {
        var named = tenants.Take(MostNamed).Select(t => $"{t.Key} ({Zone(t)})");
        var more = tenants.Count > MostNamed ? $" and {tenants.Count - MostNamed} more" : "";
        return new Problem(
            ErrorCodes.TenantZoneUnknown, "tenants.timeZoneColumn",
            $"No known time zone for tenant {string.Join(", ", named)}{more}.",
            "Correct it in the source: an IANA name such as America/Chicago, or a Windows name such as "
            + "Central Standard Time.");
    }

    static string Zone(Tenant tenant) => string.IsNullOrEmpty(tenant.TimeZone) ? "none" : Quoted.Text(tenant.TimeZone);
}
