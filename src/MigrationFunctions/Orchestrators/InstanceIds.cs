using System.Globalization;

namespace MigrationFunctions.Orchestrators;

/// <summary>Deterministic ids: a repeated start of the same unit of work finds the first. All begin with the run's id, so
/// that a run's instances can be listed by prefix.</summary>
static class InstanceIds
{
    // No entity's name begins with it.
    const char AgainMark = '~';

    public static string Tenant(string runId, int ordinal) =>
        string.Create(CultureInfo.InvariantCulture, $"{runId}:t{ordinal}");

    public static string Verification(string runId) => $"{runId}:verification";

    public static string Tables(string runId) => $"{runId}:tables";

    /// <summary>Ends a terminated run. It does not begin as those of the run do, which are terminated.</summary>
    public static string EndOfTerminated(string runId) => $"{runId}-end";

    /// <summary>Makes again what a terminated run had dropped.</summary>
    public static string TablesAfterTerminate(string runId) => $"{EndOfTerminated(runId)}:tables";

    public static string Entity(string tenantInstance, string entity) => $"{tenantInstance}:{entity}";

    public static string Slice(string reconciliationId, int ordinal) =>
        string.Create(CultureInfo.InvariantCulture, $"{reconciliationId}:s{ordinal}");

    /// <summary>Tries again what an instance has called.</summary>
    public static string TryAgain(string instance, Guid call) => $"{instance}:{AgainMark}{call:N}";

    /// <summary>Whether the instance is an entity's. A run's id has no colon, nor has an entity's name.</summary>
    public static bool IsEntity(string instance) =>
        instance.Count(c => c == ':') == 2 && !instance.Contains($":{AgainMark}", StringComparison.Ordinal);
}
