using MigrationFunctions.Orchestrators;

namespace Migrate.Tests.Orchestrators;

public sealed class BoundedWindowTests
{
    static readonly TimeSpan Guard = TimeSpan.FromMinutes(2);

    // Whatever the window does meanwhile, and whatever fails.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task It_ends_with_the_first_failure_after_all_that_was_started_and_never_has_more_than_its_window(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
            await RunAsync(new Random(random.Next()));
    }

    static async Task RunAsync(Random random)
    {
        var (window, running, started, ended) = (random.Next(1, 6), 0, 0, 0);
        var failing = Enumerable.Range(0, 30).Where(_ => random.Next(15) == 0).ToHashSet();
        var failures = new List<int>();
        var run = Task.Run(() => BoundedWindow.RunAsync(Enumerable.Range(0, 30), () => window, async item =>
        {
            started++;
            Assert.True(Interlocked.Increment(ref running) <= 6);
            await Task.Yield();
            lock (failures)
            {
                window = random.Next(0, 6);
                Interlocked.Decrement(ref running);
                ended++;
                if (!failing.Contains(item))
                    return;
                failures.Add(item);
            }
            throw new InvalidOperationException($"{item}");
        }));

        var failure = await Record.ExceptionAsync(() => run.WaitAsync(Guard));

        Assert.Equal(started, ended);
        if (failing.Count == 0)
            Assert.Equal((null, 30), (failure, started));
        else
            Assert.Contains(Assert.IsType<InvalidOperationException>(failure).Message, failures.Select(f => $"{f}"));
    }

    [Fact]
    public async Task A_window_that_shrinks_while_one_of_its_items_fails_ends()
    {
        var (window, first, second) = (2, new TaskCompletionSource(), new TaskCompletionSource());

        var run = Task.Run(() => BoundedWindow.RunAsync(
            [first, second, new TaskCompletionSource()], () => window, item => item.Task));
        window = 1;
        first.SetException(new InvalidOperationException("the first"));
        second.SetResult();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => run.WaitAsync(Guard));
        Assert.Equal("the first", failure.Message);
    }
}
