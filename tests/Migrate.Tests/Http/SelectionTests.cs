using Migrate.Tests.Access;

namespace Migrate.Tests.Http;

/// <summary>What selects nothing is refused before any database is asked: nobody answers where they should be.</summary>
public sealed class SelectionTests
{
    [Theory]
    [InlineData("""{ "manifest": "school-district", "tenants": [] }""", "MIG2119 request $.tenants")]
    [InlineData("""{ "manifest": "school-district", "entities": [] }""", "MIG2119 request $.entities")]
    [InlineData("""{ "manifest": "school-district", "tenants": [null] }""", "MIG1008 request $.tenants[0]")]
    [InlineData("""{ "manifest": "school-district", "tenants": ["1", "1"] }""", "MIG2120 request $.tenants[1]")]
    [InlineData(
        """{ "manifest": "school-district", "tenants": ["1", null, "", "1"], "entities": [] }""",
        "MIG1008 request $.tenants[1]", "MIG2119 request $.entities", "MIG2120 request $.tenants[2]",
        "MIG2120 request $.tenants[3]")]
    [InlineData(
        """{ "manifest": "school-district", "tenants": [""], "entities": ["student", "", "student", "pupil"] }""",
        "MIG2102 entities", "MIG2120 request $.entities[1]", "MIG2120 request $.entities[2]", "MIG2120 request $.tenants[0]")]
    [InlineData(
        """{ "manifest": "school-district", "tenants": [], "entity": ["student"] }""",
        "MIG1007 request $.entity", "MIG2119 request $.tenants")]
    [InlineData("""{ "manifest": "school-district", "tenants": ["1"], "tenants": [] }""", "MIG1006 request $.tenants")]
    [InlineData("null", "MIG1008 request $")]
    public async Task A_request_that_selects_nothing_gets_400_with_every_place(string body, params string[] problems)
    {
        await using var service = await Service.StartAsync(Service.KeyMode);
        foreach (var call in new[] { "POST migrations", "POST reconciliations" })
        {
            var answer = await service.SendAsync(call, body: body);
            Assert.Equal((400, "application/problem+json"), (answer.Status, answer.ContentType));
            Assert.Equal(problems, ProblemsOf(answer));
        }
    }

    [Theory]
    [InlineData("GET migrations/1/rejects?tenant=", "MIG2113 ?tenant")]
    [InlineData("GET migrations/1/rejects?entity=&rule=", "MIG2113 ?entity", "MIG2113 ?rule")]
    [InlineData("GET migrations/1/rejects?tenant=1&tenant=2&take=0", "MIG2113 ?take", "MIG2113 ?tenant")]
    [InlineData("GET audit?subject=", "MIG2113 ?subject")]
    [InlineData("GET migrations/1/report?format=", "MIG2113 ?format")]
    public async Task A_query_that_selects_by_nothing_or_by_two_gets_400(string call, params string[] problems)
    {
        await using var service = await Service.StartAsync(Service.KeyMode);
        var answer = await service.SendAsync(call);
        Assert.Equal(400, answer.Status);
        Assert.Equal(problems, ProblemsOf(answer));
    }

    static IEnumerable<string> ProblemsOf(Received answer) =>
        answer.Json.GetProperty("problems").EnumerateArray()
            .Select(p => $"{p.GetProperty("code").GetString()} {p.GetProperty("place").GetString()}")
            .Order(StringComparer.Ordinal);
}
