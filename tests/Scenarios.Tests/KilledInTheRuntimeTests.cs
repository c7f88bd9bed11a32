using LocalRuntime;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>SIGKILL between an effect of the runtime and its record in the history.</summary>
public sealed class KilledInTheRuntimeTests(TargetServer server)
{
    [Theory]
    [InlineData(RuntimeSeams.StartBeforeCommit, 1)]
    [InlineData(RuntimeSeams.StartAfterCommit, 1)]
    [InlineData(RuntimeSeams.ActivityBeforeStart, 20)]
    [InlineData(RuntimeSeams.ActivityAfterRunBeforeHistory, 25)]
    [InlineData(RuntimeSeams.ActivityAfterHistory, 30)]
    [InlineData(RuntimeSeams.TurnAfterFetch, 24)]
    [InlineData(RuntimeSeams.TurnBeforeCommit, 22)]
    [InlineData(RuntimeSeams.TurnAfterCommit, 33)]
    public Task A_run_goes_on_and_applies_nothing_twice_after_a_kill_at(string seam, int passing) =>
        Killing.AtAsync(server, Schools.Small, Schools.Request, FormattableString.Invariant($"{seam}:{passing}"));
}
