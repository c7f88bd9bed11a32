using Migrate.Tests.Access;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Starting;

namespace Migrate.Tests.Starting;

public sealed class StartCheckTests
{
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://collector")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING", "IngestionEndpoint=https://monitor.example/")]
    public async Task A_telemetry_setting_that_is_malformed_keeps_the_app_from_starting(string name, string value)
    {
        var failure = await Assert.ThrowsAsync<SettingsException>(
            () => Service.StartAsync(Service.KeyMode, null, (name, value)));
        var problem = Assert.Single(failure.Problems);
        Assert.Equal((ErrorCodes.TelemetryNotConfigured, name), (problem.Code, problem.Place));
        Assert.DoesNotContain(value, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Problems_of_every_part_are_told_at_once()
    {
        var failure = await Assert.ThrowsAsync<SettingsException>(() => Service.StartAsync(
            Service.KeyMode, null,
            ("Migration:ManagedIdentityClientId", "x"), ("Migration:RequestsPerMinute", "x"), ("Migration:NightlyDepth", "x"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "x"), ("APPLICATIONINSIGHTS_CONNECTION_STRING", "x")));
        Assert.Equal(
            [
                ErrorCodes.IdentityInvalid, ErrorCodes.SettingInvalid, ErrorCodes.SettingInvalid,
                ErrorCodes.TelemetryNotConfigured, ErrorCodes.TelemetryNotConfigured,
            ],
            failure.Problems.Select(p => p.Code));
    }
}
