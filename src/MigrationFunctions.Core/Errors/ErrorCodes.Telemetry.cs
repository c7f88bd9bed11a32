namespace MigrationFunctions.Core.Errors;

/// <summary>MIG604x: telemetry and the monitor.</summary>
public static partial class ErrorCodes
{
    /// <summary>The monitor could not have one of its figures: its gauge is left out, everything else goes on.</summary>
    public const string MonitorFigureMissing = "MIG6040";

    /// <summary>A setting that says where telemetry goes is malformed.</summary>
    public const string TelemetryNotConfigured = "MIG6041";
}
