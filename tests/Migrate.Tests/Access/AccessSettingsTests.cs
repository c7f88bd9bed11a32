using Microsoft.Extensions.Configuration;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Http.Access;
using MigrationFunctions.Starting;

namespace Migrate.Tests.Access;

public sealed class AccessSettingsTests
{
    [Fact]
    public void Absent_settings_have_their_usual_values() =>
        Assert.Equal(new AccessSettings(Authentication.FunctionKey, false, 600, 60, 1_048_576), Read());

    [Fact]
    public void Settings_are_read_without_regard_to_case() =>
        Assert.Equal(
            new AccessSettings(Authentication.Entra, true, 1, 2, 1_024),
            Read(
                ("Migration:Authentication", "entra"), ("WEBSITE_AUTH_ENABLED", "true"),
                ("Migration:RequestsPerMinute", "1"), ("Migration:WritesPerMinute", "2"), ("Migration:MaxRequestBytes", "1024")));

    [Theory]
    [InlineData("Migration:Authentication", "Basic", ErrorCodes.SettingInvalid)]
    [InlineData("Migration:Authentication", "1", ErrorCodes.SettingInvalid)]
    [InlineData("Migration:Authentication", "Entra", ErrorCodes.AuthenticationNotEnforced)]
    [InlineData("Migration:RequestsPerMinute", "0", ErrorCodes.SettingInvalid)]
    [InlineData("Migration:RequestsPerMinute", "-1", ErrorCodes.SettingInvalid)]
    [InlineData("Migration:WritesPerMinute", "many", ErrorCodes.SettingInvalid)]
    [InlineData("Migration:MaxRequestBytes", "1023", ErrorCodes.SettingInvalid)]
    [InlineData("Migration:MaxRequestBytes", "1048577", ErrorCodes.SettingInvalid)]
    public async Task A_setting_that_cannot_be_used_keeps_the_app_from_starting(string name, string value, string code)
    {
        var problem = Assert.Single(AccessRules.Check(Configuration((name, value))));
        Assert.Equal((code, name), (problem.Code, problem.Place));
        var failure = await Assert.ThrowsAsync<SettingsException>(
            () => Service.StartAsync(Service.KeyMode, null, (name, value)));
        Assert.Equal([code], failure.Problems.Select(p => p.Code));
    }

    [Fact]
    public void Every_problem_is_told_at_once() =>
        Assert.Equal(
            3, AccessRules.Check(Configuration(
                ("Migration:Authentication", "x"), ("Migration:RequestsPerMinute", "x"),
                ("Migration:MaxRequestBytes", "x"))).Count);

    [Fact]
    public void Entra_is_refused_where_App_Service_says_that_its_authentication_is_off() =>
        Assert.Equal(
            ErrorCodes.AuthenticationNotEnforced, Assert.Single(AccessRules.Check(Configuration(
                ("Migration:Authentication", "Entra"), ("WEBSITE_AUTH_ENABLED", "False")))).Code);

    static AccessSettings Read(params (string, string)[] settings) => AccessSettings.Read(Configuration(settings));

    static IConfiguration Configuration(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build();
}
