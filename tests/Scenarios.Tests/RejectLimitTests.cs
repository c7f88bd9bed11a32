using LocalSqlServer.Storage;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>The reject limit holds in every run, not only in the one that made the rejections.</summary>
public sealed class RejectLimitTests(TargetServer server)
{
    [Fact]
    public async Task A_run_that_failed_by_it_fails_again_when_it_is_started_again_unchanged()
    {
        var legacy = Schools.Create();
        Spoil(legacy, district: 1, students: 40);
        await using var scenario = await Scenario.CreateAsync(server, legacy);
        var api = await scenario.HostAsync();

        for (var time = 0; time < 3; time++)
            AssertOverLimit(await api.EndAsync(await api.StartAsync(Request(rejectLimit: 20))));
    }

    [Fact]
    public async Task A_run_whose_batches_are_all_done_already_is_over_it_too_and_a_higher_limit_lets_it_complete()
    {
        var legacy = Schools.Create();
        Spoil(legacy, district: 1, students: 40);
        await using var scenario = await Scenario.CreateAsync(server, legacy);
        var api = await scenario.HostAsync();
        var first = await api.EndAsync(await api.StartAsync(Request(rejectLimit: 10_000)));

        var second = await api.EndAsync(await api.StartAsync(Request(rejectLimit: 20)));
        var third = await api.EndAsync(await api.StartAsync(Request(rejectLimit: 20)));
        var fourth = await api.EndAsync(await api.StartAsync(Request(rejectLimit: 10_000)));

        AssertOverLimit(second);
        AssertOverLimit(third);
        Assert.Equal(States.CompletedWithRejects, first.Status);
        Assert.Equal((States.CompletedWithRejects, true), (fourth.Status, fourth.IsConserved));
        Assert.Equal(first.RowsRejected, fourth.RowsRejected);
    }

    static void AssertOverLimit(MigrationStatus status)
    {
        Assert.Equal(States.Failed, status.Status);
        Assert.StartsWith(
            ErrorCodes.RejectLimitExceeded, status.Tenants.Single(t => t.Tenant == "1").Failure, StringComparison.Ordinal);
        Assert.All(status.Tenants.Where(t => t.Tenant != "1"), t => Assert.NotEqual(States.Failed, t.Status));
    }

    static object Request(int rejectLimit) =>
        new { manifest = "school-district", mode = "full", options = new { batchSize = 50, rejectLimit } };

    static void Spoil(LegacyDatabase legacy, int district, int students)
    {
        var left = students;
        legacy.Table("dbo.Student").Update(
            row => Equals(row["DistrictID"], district) && left-- > 0, row => row["FirstName"] = "spoilt\0name");
    }
}
