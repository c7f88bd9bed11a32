using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Starting;

namespace MigrationFunctions.Core.Tests.Planning;

public sealed class RequestChecksTests
{
    static readonly Tenant[] Listed = [new("1", Guid.Empty, null), new("A/B#1", Guid.Empty, null), new("A%2FB", Guid.Empty, null)];

    [Fact]
    public void A_source_that_lists_no_tenant_is_told_also_where_tenants_are_asked_for()
    {
        Assert.Equal([ErrorCodes.NoTenants], RequestChecks.UnknownTenants([], null).Select(p => p.Code));
        Assert.Equal(
            [ErrorCodes.NoTenants, ErrorCodes.UnknownTenant], RequestChecks.UnknownTenants([], ["1"]).Select(p => p.Code));
    }

    [Fact]
    public void Keys_are_compared_as_they_are_whatever_characters_they_have()
    {
        Assert.Empty(RequestChecks.UnknownTenants(Listed, ["A/B#1", "A%2FB", "1"]));
        Assert.Equal(
            ["The source has no tenant 'A/B'.", "The source has no tenant 'a%2fb'."],
            RequestChecks.UnknownTenants(Listed, ["A/B", "a%2fb"]).Select(p => p.Message));
    }
}
