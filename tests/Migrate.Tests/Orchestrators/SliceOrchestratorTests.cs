using MigrationFunctions.Activities;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Orchestrators;

namespace Migrate.Tests.Orchestrators;

public sealed class SliceOrchestratorTests
{
    const int MostCallsOfATurn = 100;

    static readonly SliceRef Slice = new(
        new ReconciliationRef("rec", RunMode.Full), new ReconciliationItem(0, Guid.Empty, "7", null, "student", 10, 10));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task What_is_put_off_is_done_when_it_may_be_and_no_turn_grows_with_the_waiting(int seed)
    {
        var random = new Random(seed);
        var now = new DateTimeOffset(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);
        var (read, narrowed, finished) = (new HashSet<(Side, int)>(), new HashSet<(Side, int)>(), 0);
        var state = new SliceState(Slice, ReconciliationDepth.Digest);

        for (var turn = 0; state is not null; turn++)
        {
            Assert.True(turn < 2_000, "It does not end.");
            var script = OrchestrationScript.Of("rec:s0", state)
                .Activity<SliceRef, PlannedUnits>(
                    nameof(ReconcileSliceActivity.PlanSlice),
                    _ => Busy() is { } deferral ? new PlannedUnits(null, deferral) : new PlannedUnits(new UnitCount(70, 90)))
                .Activity<UnitRef, Deferral?>(nameof(ReconcileSliceActivity.ReadUnit), unit => Unit(unit, read))
                .Activity<SliceRef, int>(nameof(ReconcileSliceActivity.CompareSlice), _ => 1)
                .Activity<UnitRef, Deferral?>(nameof(ReconcileSliceActivity.NarrowUnit), unit => Unit(unit, narrowed))
                .Activity<SliceRef, Deferral?>(nameof(ReconcileSliceActivity.FinishSlice), _ =>
                {
                    var deferral = Busy();
                    finished += deferral is null ? 1 : 0;
                    return deferral;
                });
            script.Advance(now.UtcDateTime);
            await SliceOrchestrator.ReconcileSlice(script.Context);
            Assert.InRange(script.Calls.Count, 1, MostCallsOfATurn);
            (state, now) = ((SliceState?)script.ContinuedWith, new DateTimeOffset(script.Now, TimeSpan.Zero));
        }

        Assert.Equal((160, 160, 1), (read.Count, narrowed.Count, finished));

        Deferral? Busy() => random.Next(3) == 0 ? new Deferral(now.AddSeconds(random.Next(9)), "busy") : null;

        Deferral? Unit(UnitRef unit, HashSet<(Side, int)> done)
        {
            if (unit.Side == Side.Source && Busy() is { } deferral)
                return deferral;
            done.Add((unit.Side, unit.Number));
            return null;
        }
    }

    [Fact]
    public async Task In_a_blackout_a_sample_waits_for_its_end()
    {
        var open = new DateTime(2026, 9, 1, 8, 40, 0, DateTimeKind.Utc);
        OrchestrationScript? script = null;
        script = OrchestrationScript.Of("rec:s0", new SliceState(Slice, ReconciliationDepth.Sample))
            .Activity<SliceRef, Deferral?>(
                nameof(ReconcileSliceActivity.SampleSlice), _ => script!.Now < open ? new Deferral(open, "blackout") : null);

        await SliceOrchestrator.ReconcileSlice(script.Context);
        var next = script.ContinuedWith;
        await SliceOrchestrator.ReconcileSlice(script.Context);

        Assert.Equal(new SliceState(Slice, ReconciliationDepth.Sample), next);
        Assert.InRange(script.Now, open, open.AddHours(1));
        Assert.Equal(2, script.Calls.Count);
    }
}
