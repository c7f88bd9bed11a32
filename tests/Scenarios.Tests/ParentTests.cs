using System.Net;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>A start that selects children without their parents says so, instead of rejecting every row as an orphan.</summary>
public sealed class ParentTests(TargetServer server)
{
    static readonly string[] Parents = ["district", "school", "student"];
    static readonly string[] Child = ["enrollment"];

    [Theory]
    [InlineData("dryRun")]
    [InlineData("full")]
    public async Task Children_whose_parents_are_neither_selected_nor_there_are_refused_before_anything_is_stored(string mode)
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        var api = await scenario.HostAsync();

        var refused = await api.PostAsync("migrations", new { manifest = "school-district", mode, entities = Child });

        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal([ErrorCodes.ParentsMissing, ErrorCodes.ParentsMissing], refused.Codes);
        Assert.Contains(
            "Rows of enrollment refer to student, which is not selected and of which the target has no row for 3 tenants: "
            + "'1', '2', '3'.", refused.Text.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.run"));
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.tenant_lock"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Children_follow_once_their_parents_are_there_tenant_by_tenant(bool hasDirect)
    {
        await using var scenario = await Scenario.CreateAsync(server, Schools.Small);
        if (!hasDirect)
            scenario.Settings.Remove("Migration:DirectConnection");
        var api = await scenario.HostAsync();
        var parents = await api.EndAsync(await api.StartAsync(Request(Parents, "1")));
        var refused = await api.PostAsync("migrations", Request(Child, "1", "2", "3"));
        var children = await api.EndAsync(await api.StartAsync(Request(Child, "1")));

        Assert.Equal(States.CompletedWithRejects, parents.Status);
        Assert.Equal([ErrorCodes.ParentsMissing, ErrorCodes.ParentsMissing], refused.Codes);
        Assert.Contains("2 tenants", refused.Text, StringComparison.Ordinal);
        Assert.True(children.IsConserved, Api.ToJson(children));
        Assert.True(children.RowsWritten > children.RowsRejected, Api.ToJson(children));
    }

    static object Request(string[] entities, params string[] tenants) =>
        new { manifest = "school-district", mode = "full", entities, tenants };
}
