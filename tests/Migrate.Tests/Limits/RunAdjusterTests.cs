using Microsoft.Extensions.Time.Testing;
using Migrate.Tests.Running;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Operating;
using Moq;

namespace Migrate.Tests.Limits;

public sealed class RunAdjusterTests
{
    [Fact]
    public async Task Limits_that_others_change_all_the_time_are_given_up_with_a_code_and_nothing_is_changed()
    {
        var manifest = new Manifest
        {
            Name = "students", Tenants = new TenantSource { Table = "dbo.District", Key = "DistrictID" }, Entities = [],
        };
        var run = new RunContext("run", manifest, RunMode.Full, manifest.Options, null, null);
        var limits = new Mock<IRunLimits>();
        limits.Setup(l => l.GetAsync(run, default)).ReturnsAsync(RunControl.Of(run, DateTimeOffset.UnixEpoch));
        limits.Setup(l => l.TryChangeAsync(run, It.IsAny<RunControl>(), It.IsAny<AuditEntry?>(), default)).ReturnsAsync(false);

        var failure = await Assert.ThrowsAsync<MigrationException>(() => new RunAdjuster(new FakeTimeProvider()).AdjustAsync(
            SilentTarget.Create() with { Limits = limits.Object }, run, new RunLimitsChange { TargetWriters = 2 }, "operator", default));

        Assert.Equal((ErrorCodes.LimitsContended, true), (failure.Code, failure.IsTransient));
    }
}
