using Microsoft.Extensions.Configuration;
using Migrate.Tests.Access;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Starting;

namespace Migrate.Tests.Starting;

public sealed class WorkSettingsTests
{
    [Fact]
    public void Absent_settings_have_their_usual_values() =>
        Assert.Equal(new WorkSettings(300, ReconciliationDepth.Digest, 30), Read());

    [Fact]
    public void Settings_are_read_without_regard_to_case() =>
        Assert.Equal(
            new WorkSettings(1, ReconciliationDepth.Counts, 90),
            Read(
                ("Migration:CommandTimeoutSeconds", "1"), ("Migration:NightlyDepth", "COUNTS"),
                ("Migration:HistoryRetentionDays", "90")));

    [Theory]
    [InlineData("Migration:CommandTimeoutSeconds", "0")]
    [InlineData("Migration:CommandTimeoutSeconds", "five minutes")]
    [InlineData("Migration:NightlyDepth", "2")]
    [InlineData("Migration:NightlyDepth", "full")]
    [InlineData("Migration:HistoryRetentionDays", "0")]
    [InlineData("Migration:HistoryRetentionDays", "-30")]
    public async Task A_setting_that_cannot_be_used_keeps_the_app_from_starting(string name, string value)
    {
        var failure = await Assert.ThrowsAsync<SettingsException>(
            () => Service.StartAsync(Service.KeyMode, null, (name, value)));
        var problem = Assert.Single(failure.Problems);
        Assert.Equal((ErrorCodes.SettingInvalid, name), (problem.Code, problem.Place));
    }

    static WorkSettings Read(params (string Name, string Value)[] settings) => WorkSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build());
}
