using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Batches;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Orchestrators;

namespace Migrate.Tests.Orchestrators;

public sealed class SliceOrchestratorTests
{
    static readonly SliceRef Slice = new(
        new ReconciliationRef("rec", RunMode.Full), new ReconciliationItem(0, Guid.Empty, "7", null, "student", 10, 10));

    [Fact]
    public async Task A_unit_that_is_put_off_is_read_when_it_may_be_and_every_unit_is_read_once()
    {
        var open = new DateTime(2026, 9, 1, 16, 0, 0, DateTimeKind.Utc);
        var read = new List<(Side, int)>();
        OrchestrationScript? script = null;
        script = OrchestrationScript.Of("rec:s0", new SliceState(Slice, ReconciliationDepth.Digest))
            .Activity<SliceRef, UnitCount>(nameof(ReconcileSliceActivity.PlanSlice), _ => new UnitCount(2, 2))
            .Activity<UnitRef, Deferral?>(nameof(ReconcileSliceActivity.ReadUnit), unit =>
            {
                if (unit.Side == Side.Source && script!.Now < open)
                    return new Deferral(open, "blackout");
                read.Add((unit.Side, unit.Number));
                return null;
            })
            .Activity<SliceRef, int>(nameof(ReconcileSliceActivity.CompareSlice), _ => 0);

        await SliceOrchestrator.ReconcileSlice(script.Context);

        Assert.Equal([(Side.Source, 1), (Side.Source, 2), (Side.Target, 1), (Side.Target, 2)], read.Order());
        Assert.InRange(script.Now, open, open.AddHours(1));
    }
}
