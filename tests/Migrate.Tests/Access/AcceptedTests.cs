using Microsoft.AspNetCore.Http;
using MigrationFunctions.Http;

namespace Migrate.Tests.Access;

public sealed class AcceptedTests
{
    [Theory]
    [InlineData(null, "http://app.example/api/migrations/run")]
    [InlineData("https", "https://app.example/api/migrations/run")]
    [InlineData("gopher", "http://app.example/api/migrations/run")]
    public void The_address_of_what_was_begun_has_the_scheme_that_the_caller_came_by(string? forwarded, string expected)
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host, request.Path) = ("http", new HostString("app.example"), "/api/migrations");
        request.Headers["X-Forwarded-Proto"] = forwarded;

        Assert.Equal(expected, Accepted.At(request, "run"));
        Assert.Equal(expected, request.HttpContext.Response.Headers.Location);
    }
}
