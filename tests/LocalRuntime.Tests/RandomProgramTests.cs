using CsCheck;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Tests;

public sealed class RandomProgramTests
{
    static readonly Gen<(string Steps, int CrashAt, bool ExtendedSessions)> Programs =
        Gen.Select(Gen.Char["afwsegx"].Array[1, 8].Select(steps => new string(steps)), Gen.Int[1, 12], Gen.Bool);

    [Fact]
    public Task A_program_that_crashes_at_any_commit_gives_what_it_gives_undisturbed() =>
        Programs.SampleAsync(
            async program =>
            {
                var undisturbed = await RunAsync(program.Steps, crashAt: int.MaxValue, program.ExtendedSessions);
                var crashed = await RunAsync(program.Steps, program.CrashAt, program.ExtendedSessions);
                Assert.Equal(undisturbed, crashed);
            },
            iter: 8,
            threads: 2);

    static async Task<(OrchestrationRuntimeStatus, string?)> RunAsync(string steps, int crashAt, bool extendedSessions)
    {
        var crash = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var commits = 0;
        TestHost? host = null;
        host = await TestHost.StartAsync(extendedSessions, name =>
        {
            if (name == RuntimeSeams.TurnAfterCommit && Interlocked.Increment(ref commits) == crashAt)
            {
                host!.Hub.Abandon();
                crash.SetResult();
            }
        });
        await using var owned = host;
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Program", steps, new StartOrchestrationOptions("p"));
        var ended = host.EndOfAsync("p");
        if (await Task.WhenAny(ended, crash.Task) == crash.Task || ended.IsFaulted)
        {
            // A look at the state may meet the crash before the signal of it does.
            await crash.Task.WaitAsync(TestHost.HangGuard);
            await host.CrashAndReopenAsync();
            ended = host.EndOfAsync("p");
        }

        var found = await ended;
        return (found.RuntimeStatus, found.SerializedOutput);
    }
}
