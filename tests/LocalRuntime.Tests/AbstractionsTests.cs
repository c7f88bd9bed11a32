using CsCheck;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalRuntime.Tests;

public sealed class AbstractionsTests
{
    [Theory]
    [InlineData(0, 1, 1.0, null, null)]
    [InlineData(1, 0, 1.0, null, null)]
    [InlineData(1, 1, 0.9, null, null)]
    [InlineData(1, 5, 1.0, 4, null)]
    [InlineData(1, 5, 1.0, null, 4)]
    public void A_retry_policy_refuses_what_makes_no_sense(
        int attempts, int first, double backoff, int? max, int? timeout) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(
            attempts, TimeSpan.FromSeconds(first), backoff, Seconds(max), Seconds(timeout)));

    [Fact]
    public void Names_are_equal_without_regard_to_case()
    {
        TaskName name = "Chain";
        Assert.True(name == "CHAIN");
        Assert.Equal(name.GetHashCode(), new TaskName("cHAIN").GetHashCode());
        Assert.Equal(default, (TaskName)string.Empty);
    }

    [Fact]
    public void Failure_details_keep_the_chain_of_exceptions()
    {
        var details = TaskFailureDetails.FromException(
            new InvalidOperationException("outer", new IOException("inner")));
        Assert.Equal("System.InvalidOperationException: outer", details.ToString());
        Assert.True(details.InnerFailure!.IsCausedBy<IOException>());
        Assert.Throws<ArgumentException>(() => details.IsCausedBy(typeof(string)));
        Assert.False((details with { ErrorType = "No.Such.Type" }).IsCausedBy<Exception>());
    }

    [Fact]
    public void Failure_details_survive_their_way_through_the_store() =>
        Gen.Select(Gen.String, Gen.String, Gen.String.Null(), Gen.String).Sample((type, message, stack, inner) =>
        {
            var details = new TaskFailureDetails(
                type, message, stack, new TaskFailureDetails(inner, message, null, null, null), null);
            Assert.Equal(details, Engine.Failures.FromJson(Engine.Failures.ToJson(details)));
        }, iter: 200);

    [Fact]
    public void Metadata_without_data_refuses_to_read_it()
    {
        var metadata = new OrchestrationMetadata("Chain", "id") { SerializedOutput = "1" };
        var failure = Assert.Throws<InvalidOperationException>(() => metadata.ReadOutputAs<int>());
        Assert.Contains("ReadOutputAs", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.2", "1.10", -1)]
    [InlineData("", "1", -1)]
    [InlineData("1", "", 1)]
    [InlineData("", "", 0)]
    [InlineData("b", "A", 1)]
    public void Versions_compare_by_their_numbers(string own, string other, int expected)
    {
        var context = new Moq.Mock<TaskOrchestrationContext> { CallBase = true };
        context.Setup(c => c.Version).Returns(own);
        Assert.Equal(expected, Math.Sign(context.Object.CompareVersionTo(other)));
    }

    static TimeSpan? Seconds(int? value) => value is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
