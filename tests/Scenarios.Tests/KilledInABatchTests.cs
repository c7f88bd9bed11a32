using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>SIGKILL while batches are read, mapped, written, committed and reported.</summary>
public sealed class KilledInABatchTests(TargetServer server)
{
    [Theory]
    [InlineData("batch.before:9")]
    [InlineData("copy.mid-copy:11")]
    [InlineData("copy.after-read:3")]
    [InlineData("copy.after-complete:8")]
    [InlineData("target.before-commit:12")]
    [InlineData("target.after-commit:10")]
    [InlineData("batch.after:14")]
    public Task A_run_goes_on_and_applies_nothing_twice_after_a_kill_at(string point) =>
        Killing.AtAsync(server, Schools.Small, Schools.Request, point);

    [Theory]
    [InlineData("target.staged:13")]
    [InlineData("target.before-commit:4")]
    public Task A_run_on_the_staged_path_goes_on_and_applies_nothing_twice_after_a_kill_at(string point) =>
        Killing.AtAsync(server, Schools.Small, Schools.StagedRequest, point);
}
