using Microsoft.Extensions.Configuration;
using MigrationFunctions.Connections;
using MigrationFunctions.Core.Reconciling;

namespace MigrationFunctions.Starting;

/// <summary>How the work is done, from section <c>Migration</c>.</summary>
/// <param name="CommandTimeoutSeconds">For each statement on the source.</param>
/// <param name="NightlyDepth">How closely the nightly reconciliation compares.</param>
/// <param name="HistoryRetentionDays">How long orchestrations that ended keep their history, from when they began.</param>
public sealed record WorkSettings(int CommandTimeoutSeconds, ReconciliationDepth NightlyDepth, int HistoryRetentionDays)
{
    /// <exception cref="Core.Errors.MigrationException">A setting cannot be used.</exception>
    public static WorkSettings Read(IConfiguration configuration) => SettingReader.Read(configuration, From);

    internal static WorkSettings From(SettingReader reader) => new(
        reader.Number($"{ConnectionSettings.Section}:CommandTimeoutSeconds", 300, 1, 86_400),
        reader.Choice($"{ConnectionSettings.Section}:NightlyDepth", ReconciliationDepth.Digest),
        reader.Number($"{ConnectionSettings.Section}:HistoryRetentionDays", 30, 1, 3_650));
}
