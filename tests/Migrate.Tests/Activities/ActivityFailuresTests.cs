using System.Collections.Immutable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging.Abstractions;
using MigrationFunctions.Activities;
using MigrationFunctions.Core.Errors;
using Moq;

namespace Migrate.Tests.Activities;

public sealed class ActivityFailuresTests
{
    const string Value = "Ada Lovelace, 1815-12-10";

    public static TheoryData<Exception> Uncoded =>
    [
        new ArgumentException(Value), new InvalidOperationException(Value, new FormatException(Value)),
        new AggregateException(Value, new KeyNotFoundException(Value)),
    ];

    [Theory]
    [MemberData(nameof(Uncoded))]
    public async Task What_nobody_foresaw_gets_a_code_type_and_place_and_none_of_its_words(Exception failure)
    {
        var told = await Assert.ThrowsAsync<MigrationException>(() => InvokeAsync("activityTrigger", failure));

        Assert.Equal((ErrorCodes.Unforeseen, "Work"), (told.Code, told.Problem.Place));
        Assert.Contains(failure.GetType().FullName!, told.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Value, told.ToString(), StringComparison.Ordinal);
        Assert.Null(told.InnerException);
    }

    [Fact]
    public async Task A_coded_failure_keeps_its_words_and_leaves_what_is_behind_it()
    {
        var coded = new MigrationException(new Problem(ErrorCodes.TargetTransient, "place", "What.", "Do."), true, new IOException(Value));

        foreach (var failure in new Exception[] { coded, new AggregateException(coded) })
        {
            var told = await Assert.ThrowsAsync<MigrationException>(() => InvokeAsync("activityTrigger", failure));

            Assert.Equal((coded.Problem, true), (told.Problem, told.IsTransient));
            Assert.Null(told.InnerException);
        }
    }

    [Fact]
    public async Task Orchestrators_and_calls_by_HTTP_are_left_alone()
    {
        foreach (var trigger in new[] { "orchestrationTrigger", "httpTrigger" })
            await Assert.ThrowsAsync<FormatException>(() => InvokeAsync(trigger, new FormatException(Value)));
    }

    static Task InvokeAsync(string trigger, Exception failure)
    {
        var binding = new Mock<BindingMetadata>();
        binding.Setup(b => b.Type).Returns(trigger);
        var definition = new Mock<FunctionDefinition>();
        definition.Setup(d => d.Name).Returns("Work");
        definition.Setup(d => d.InputBindings).Returns(
            ImmutableDictionary<string, BindingMetadata>.Empty.Add("input", binding.Object));
        var context = new Mock<FunctionContext>();
        context.Setup(c => c.FunctionDefinition).Returns(definition.Object);
        context.Setup(c => c.InvocationId).Returns("1");
        FunctionExecutionDelegate function = _ => throw failure;
        return new ActivityFailures(NullLogger<ActivityFailures>.Instance).Invoke(context.Object, function);
    }
}
