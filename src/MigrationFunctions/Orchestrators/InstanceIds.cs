using System.Globalization;

namespace MigrationFunctions.Orchestrators;

/// <summary>Deterministic ids: a repeated start of the same unit of work finds the first. All begin with the run's id, so
/// that a run's instances can be listed by prefix.</summary>
static class InstanceIds
{
    public static string Tenant(string runId, int ordinal) =>
        string.Create(CultureInfo.InvariantCulture, $"{runId}:t{ordinal}");

    public static string Verification(string runId) => $"{runId}:verification";

    public static string Tables(string runId) => $"{runId}:tables";

    /// <summary>Makes again what a terminated run had dropped.</summary>
    public static string TablesAfterTerminate(string runId) => $"{runId}:tables-after-terminate";

    public static string Entity(string tenantInstance, string entity) => $"{tenantInstance}:{entity}";

    public static string Slice(string reconciliationId, int ordinal) =>
        string.Create(CultureInfo.InvariantCulture, $"{reconciliationId}:s{ordinal}");

    /// <summary>Whether the instance is an entity's. A run's id has no colon, nor has an entity's name.</summary>
    public static bool IsEntity(string instance) => instance.Count(c => c == ':') == 2;
}
