using System.Diagnostics.Metrics;

namespace MigrationFunctions.Core.Diagnostics;

/// <summary>What the migration measures of itself, for any listener (OpenTelemetry, dotnet-counters).</summary>
public static class Metrics
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "MigrationFunctions";

    static readonly Meter Meter = new(Name);

    static readonly Counter<long> Reconciliations = Meter.CreateCounter<long>(
        "migration.reconciliations", "{reconciliation}", "Reconciliations that ended, by manifest and verdict.");

    /// <summary>A reconciliation has ended: equal, not equal, or with a failure (null).</summary>
    public static void Reconciled(string manifest, bool? isEqual) => Reconciliations.Add(
        1, new("manifest", manifest),
        new("verdict", isEqual switch { true => "equal", false => "notEqual", null => "failed" }));
}
