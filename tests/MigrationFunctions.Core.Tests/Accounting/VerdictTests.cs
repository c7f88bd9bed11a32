using MigrationFunctions.Core.Accounting;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Tests.Reporting;

namespace MigrationFunctions.Core.Tests.Accounting;

/// <summary>A verdict is never better than what was looked at. The sample's manifest has one entity, student.</summary>
public sealed class VerdictTests
{
    [Theory]
    [InlineData(10, 10, 0, States.Completed)]
    [InlineData(10, 8, 2, States.CompletedWithRejects)]
    public void A_tenant_whose_entities_are_all_conserved_is_completed(long source, long target, long rejected, string state) =>
        Assert.Equal(new TenantVerdict(state, null), OfTenant([Student(source, target, rejected)]));

    [Fact]
    public void A_tenant_fails_by_what_ended_its_work_first() =>
        Assert.Equal(
            new TenantVerdict(States.Failed, "MIG4001 gone."), OfTenant([Student(10, 10, 0)], failure: "MIG4001 gone."));

    [Fact]
    public void Rows_that_are_missing_in_the_target_fail_it_whatever_the_ledger_has_as_written() =>
        AssertFailed(ErrorCodes.NotConserved, "10 rows; 9 were migrated", OfTenant([Student(10, 9, 0)]));

    [Fact]
    public void Open_rejections_over_the_limit_fail_it_whichever_run_made_them() =>
        AssertFailed(
            ErrorCodes.RejectLimitExceeded, "21 rows were rejected, 20 are allowed", OfTenant([Student(31, 10, 21)]));

    [Fact]
    public void An_entity_that_nobody_counted_fails_it()
    {
        AssertFailed(ErrorCodes.VerdictMissing, "student of tenant 7", OfTenant([]));
        AssertFailed(ErrorCodes.VerdictMissing, "student of tenant 7", OfTenant([Student(-1, null, 0)]));
    }

    [Fact]
    public void A_run_is_completed_when_all_of_its_tenants_are()
    {
        Assert.Equal(new RunVerdict(States.Completed, null), OfRun(Tenant("1", States.Completed)));
        Assert.Equal(
            new RunVerdict(States.CompletedWithRejects, null),
            OfRun(Tenant("1", States.Completed), Tenant("2", States.CompletedWithRejects)));
    }

    [Fact]
    public void A_run_without_a_tenant_is_never_completed() =>
        AssertFailed(ErrorCodes.VerdictMissing, "no tenant", OfRun());

    [Theory]
    [InlineData(States.Pending)]
    [InlineData(States.Running)]
    public void A_tenant_that_has_not_ended_fails_the_run(string state) =>
        AssertFailed(
            ErrorCodes.VerdictMissing, "1 of 2 tenants have not ended: 2.",
            OfRun(Tenant("1", States.Completed), Tenant("2", state)));

    [Fact]
    public void A_tenant_that_failed_fails_the_run_with_its_failure() =>
        Assert.Equal(
            new RunVerdict(States.Failed, "1 of 2 tenants failed; first: MIG4001 gone."),
            OfRun(Tenant("1", States.Completed), Tenant("2", States.Failed) with { Failure = "MIG4001 gone." }));

    [Fact]
    public void An_entity_without_a_verdict_fails_the_run() =>
        AssertFailed(
            ErrorCodes.VerdictMissing, "There is no verdict on student of tenant 1.",
            OfRun(Tenant("1", States.Completed) with { Entities = [] }));

    static TenantVerdict OfTenant(IReadOnlyList<SliceTotals> totals, string? failure = null) =>
        TenantVerdict.Of(Samples.Run, "7", failure, totals, rejectLimit: 20);

    static RunVerdict OfRun(params TenantProgress[] tenants) => RunVerdict.Of(Samples.Run, null, tenants);

    static TenantProgress Tenant(string key, string state) =>
        new(key, Guid.Empty, null, state, null, [Student(10, 10, 0)]);

    static SliceTotals Student(long source, long? target, long rejected) =>
        new("student", source, 1, 1, 10, 10, rejected, 0) { TargetRows = target };

    static void AssertFailed(string code, string text, TenantVerdict verdict) => AssertFailed(code, text, verdict.State, verdict.Failure);

    static void AssertFailed(string code, string text, RunVerdict verdict) => AssertFailed(code, text, verdict.State, verdict.Failure);

    static void AssertFailed(string code, string text, string state, string? failure)
    {
        Assert.Equal(States.Failed, state);
        Assert.StartsWith(code, failure, StringComparison.Ordinal);
        Assert.Contains(text, failure, StringComparison.Ordinal);
    }
}
