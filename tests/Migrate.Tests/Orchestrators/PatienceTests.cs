using System.Text.Json;
using Microsoft.DurableTask;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Orchestrators;

namespace Migrate.Tests.Orchestrators;

public sealed class PatienceTests
{
    const string Activity = "Look";
    static readonly RunRef Input = new("run", RunMode.Full);

    [Theory]
    [InlineData(ErrorCodes.TargetTransient, 14)]
    [InlineData(ErrorCodes.SourceUnreachable, 14)]
    [InlineData(ErrorCodes.TokenUnavailable, 14)]
    [InlineData(ErrorCodes.Unforeseen, 4)]
    [InlineData(ErrorCodes.TargetCommandFailed, 1)]
    [InlineData(ErrorCodes.WorkEnded, 1)]
    public async Task Work_is_tried_again_as_long_as_it_may_heal_and_says_what_it_waited_for(string code, int attempts)
    {
        var script = new Script(_ => throw Failed(code));

        var failure = await Assert.ThrowsAsync<TaskFailedException>(() => script.CallAsync(Patience.OfWork));

        Assert.Equal(attempts, script.Attempts);
        var text = Failure.Describe(failure);
        Assert.StartsWith($"{code} place: What. Do.", text, StringComparison.Ordinal);
        Assert.Equal(attempts > 1, text.Contains($"It was tried {attempts} times", StringComparison.Ordinal));
    }

    // A failover takes one to two minutes, a maintenance restart as long.
    [Fact]
    public async Task Work_outlasts_an_outage_of_ten_minutes_and_completion_one_of_three_hours()
    {
        foreach (var (patience, outage) in new[]
            { (Patience.OfWork, TimeSpan.FromMinutes(10)), (Patience.OfCompletion, TimeSpan.FromHours(3)) })
        {
            var script = new Script(waited => waited < outage ? throw Failed(ErrorCodes.TargetUnreachable) : 7);

            Assert.Equal(7, await script.CallAsync(patience));
        }
    }

    [Fact]
    public async Task After_an_outage_of_ninety_seconds_work_goes_on_within_a_minute()
    {
        var script = new Script(waited =>
            waited < TimeSpan.FromSeconds(90) ? throw Failed(ErrorCodes.TargetUnreachable) : 7);

        await script.CallAsync(Patience.OfWork);

        Assert.InRange(script.Waited, TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(150));
    }

    [Fact]
    public async Task What_is_tried_again_gets_the_input_of_the_first_attempt()
    {
        var script = new Script(waited => waited == TimeSpan.Zero ? throw Failed(ErrorCodes.TargetTransient) : 7);

        await script.CallAsync(Patience.OfWork);

        Assert.Equal([Input, Input], script.Inputs);
    }

    static MigrationException Failed(string code) => new(new Problem(code, "place", "What.", "Do."));

    /// <summary>An orchestrator's call, and the orchestration that tries it again.</summary>
    sealed class Script(Func<TimeSpan, int> answer)
    {
        readonly List<RunRef> _inputs = [];

        public int Attempts => _inputs.Count;

        public IReadOnlyList<RunRef> Inputs => _inputs;

        public TimeSpan Waited { get; private set; }

        public Task<int> CallAsync(Patience patience) => OrchestrationScript.Of("run", Input)
            .Activity<RunRef, int>(Activity, input =>
            {
                _inputs.Add(input);
                return answer(Waited);
            })
            .SubOrchestration<CallToTryAgain, int>(nameof(PatientCalls.TryAgain), TryAgainAsync)
            .Context.CallAsync<int>(patience, Activity, Input);

        async Task<int> TryAgainAsync(CallToTryAgain call)
        {
            OrchestrationScript? script = null;
            var began = DateTime.MinValue;
            script = OrchestrationScript.Of("run:~1", call)
                .Activity<JsonElement, JsonElement?>(Activity, input =>
                {
                    Waited = script!.Now - began;
                    _inputs.Add(input.Deserialize<RunRef>()!);
                    return JsonSerializer.SerializeToElement(answer(Waited));
                });
            began = script.Now;
            return (await PatientCalls.TryAgain(script.Context))!.Value.GetInt32();
        }
    }
}
