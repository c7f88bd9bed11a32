using Microsoft.Extensions.Configuration;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Telemetry;

/// <summary>Where telemetry goes, by the settings that OpenTelemetry and Azure define.</summary>
/// <param name="OtlpEndpoint">OTEL_EXPORTER_OTLP_ENDPOINT, or null.</param>
/// <param name="AzureMonitor">APPLICATIONINSIGHTS_CONNECTION_STRING, or null.</param>
/// <param name="WithIdentity">APPLICATIONINSIGHTS_AUTHENTICATION_STRING asks for Microsoft Entra.</param>
/// <param name="ClientId">The user-assigned identity that it names; null for the system-assigned one.</param>
sealed record TelemetrySettings(string? OtlpEndpoint, string? AzureMonitor, bool WithIdentity, string? ClientId)
{
    const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    const string ConnectionString = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    const string Authentication = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    /// <summary>Nothing is set up unless this holds.</summary>
    public bool IsOn => Problems.Count == 0 && (OtlpEndpoint is not null || AzureMonitor is not null);

    /// <summary>Every setting that is malformed (MIG6041); no text of one is repeated.</summary>
    public IReadOnlyList<Problem> Problems { get; } = [.. Check(OtlpEndpoint, AzureMonitor)];

    public static TelemetrySettings Read(IConfiguration configuration)
    {
        var endpoint = Given(configuration[Endpoint]);
        var monitor = Given(configuration[ConnectionString]);
        var authentication = Parts(configuration[Authentication] ?? "");
        return new TelemetrySettings(
            endpoint, monitor,
            string.Equals(authentication.GetValueOrDefault("Authorization"), "AAD", StringComparison.OrdinalIgnoreCase),
            authentication.GetValueOrDefault("ClientId"));
    }

    static IEnumerable<Problem> Check(string? endpoint, string? monitor)
    {
        if (endpoint is not null
            && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"))
            yield return Malformed(
                Endpoint, "It is no http or https address.", "Set it to the collector's address: http://localhost:4317.");
        if (monitor is not null && !Parts(monitor).ContainsKey("InstrumentationKey"))
            yield return Malformed(
                ConnectionString, "It names no InstrumentationKey.", "Copy it from the Application Insights resource.");
    }

    static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    static Dictionary<string, string> Parts(string text)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            if (part.Split('=', 2) is [var name, var value])
                parts[name.Trim()] = value.Trim();
        return parts;
    }

    static Problem Malformed(string setting, string message, string remedy) =>
        new(ErrorCodes.TelemetryNotConfigured, setting, message, remedy);
}
