using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Starting;
using MigrationFunctions.Timers;
using Moq;

namespace Migrate.Tests.Timers;

public sealed class HistoryRetentionTests
{
    [Fact]
    public async Task Only_what_has_ended_and_began_before_the_retention_is_purged()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 26, 4, 0, 0, TimeSpan.Zero));
        var filters = new List<PurgeInstancesFilter>();
        var client = new Mock<DurableTaskClient>("hub");
        client
            .Setup(c => c.PurgeAllInstancesAsync(Capture.In(filters), null, It.IsAny<CancellationToken>()))
            .ReturnsAsync(new PurgeResult(3));
        client.Setup(c => c.PurgeAllInstancesAsync(It.IsAny<PurgeInstancesFilter>(), It.IsAny<CancellationToken>())).CallBase();
        var retention = new HistoryRetention(
            new WorkSettings(300, ReconciliationDepth.Digest, 7), clock, NullLogger<HistoryRetention>.Instance);

        await retention.PurgeHistory(new TimerInfo(), client.Object, TestContext.Current.CancellationToken);

        var filter = Assert.Single(filters);
        Assert.NotNull(filter.CreatedFrom);
        Assert.Equal(clock.GetUtcNow().AddDays(-7), filter.CreatedTo);
        Assert.Equal(
            [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated],
            filter.Statuses!);
    }
}
