using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Http;

namespace Migrate.Tests.Http;

public sealed class PublicAddressTests
{
    [Theory]
    [InlineData(null, "http://asked.example/api/migrations/7")]
    [InlineData("", "http://asked.example/api/migrations/7")]
    [InlineData("https://migration.example", "https://migration.example/api/migrations/7")]
    [InlineData("https://migration.example:8443/", "https://migration.example:8443/api/migrations/7")]
    public void What_is_set_goes_before_what_the_request_says(string? setting, string expected)
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host, request.Path) = ("http", new HostString("asked.example"), "/api/migrations");

        Assert.Equal(expected, PublicAddress.Read(Settings(setting)).Of(request, "7"));
    }

    [Theory]
    [InlineData("migration.example")]
    [InlineData("/migration")]
    [InlineData("ftp://migration.example")]
    public void What_is_no_address_is_refused(string setting) =>
        Assert.Equal(
            ErrorCodes.SettingInvalid,
            Assert.Throws<MigrationException>(() => PublicAddress.Read(Settings(setting))).Code);

    static IConfiguration Settings(string? address) => new ConfigurationBuilder().AddInMemoryCollection(
        new Dictionary<string, string?> { ["Migration:PublicAddress"] = address }).Build();
}
