using Azurite;
using LocalRuntime.TaskHubs;
using LocalRuntime.TaskHubs.AzureStorage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalRuntime.Tests.TaskHubs;

public sealed class AzureStorageTaskHubTests
{
    const string Nobody =
        "DefaultEndpointsProtocol=http;AccountName=nobody;AccountKey=c2VjcmV0;BlobEndpoint=http://127.0.0.1:1/nobody;"
        + "QueueEndpoint=http://127.0.0.1:1/nobody;TableEndpoint=http://127.0.0.1:1/nobody";

    [Theory]
    [InlineData("", "Hub", "The connection string is not one")]
    [InlineData("AccountName=a;AccountKey=", "Hub", "The connection string is not one")]
    [InlineData("AccountKey=c2VjcmV0", "Hub", "The connection string is not one")]
    [InlineData(Nobody, "my-hub", "'my-hub'")]
    [InlineData(Nobody, "9hub", "'9hub'")]
    [InlineData(Nobody, "hu", "'hu'")]
    public void What_Azure_Storage_would_not_take_is_refused_without_a_word_of_the_key(string connection, string hub, string part)
    {
        var failure = Assert.Throws<InvalidOperationException>(() => new AzureStorageTaskHub(Settings(connection, hub)));
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void All_reasons_are_told_at_once()
    {
        var storage = new StorageProviderSettings
        {
            PartitionCount = 17, ControlQueueBatchSize = 33, ControlQueueBufferThreshold = 0, MaxQueuePollingInterval = TimeSpan.Zero,
            WorkItemQueueVisibilityTimeout = TimeSpan.FromSeconds(9),
        };
        Assert.Equal(7, (Settings("nothing", "-") with { StorageProvider = storage }).Problems().Count());
    }

    [Fact]
    public void A_malformed_key_is_refused_and_settings_in_a_log_show_none()
    {
        var settings = Settings("AccountName=x;AccountKey=no-base-64!;EndpointSuffix=core.windows.net", "Hub");
        var failure = Assert.Throws<InvalidOperationException>(() => new AzureStorageTaskHub(settings));
        Assert.DoesNotContain("no-base-64", failure.ToString() + settings, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Nobody, "Azure Storage account nobody")]
    [InlineData("UseDevelopmentStorage=true", "Azure Storage account devstoreaccount1")]
    public async Task The_place_names_the_account_and_no_key(string connection, string place)
    {
        await using var hub = new AzureStorageTaskHub(Settings(connection, "Hub"));
        Assert.Equal(place, hub.Place);
    }

    [Fact]
    public async Task An_account_that_does_not_answer_is_one_clear_error()
    {
        await using var hub = new AzureStorageTaskHub(Settings(Nobody, "Hub"));
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => hub.OpenAsync(TestContext.Current.CancellationToken));
        Assert.Contains("account nobody cannot be used", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_provider_gets_what_host_json_says_and_no_two_processes_have_one_name()
    {
        var host = HostSettings.Read(null, new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureFunctionsJobHost:extensions:durableTask:hubName"] = "Mine",
            ["AzureFunctionsJobHost:extensions:durableTask:storageProvider:partitionCount"] = "7",
            ["AzureFunctionsJobHost:extensions:durableTask:storageProvider:controlQueueVisibilityTimeout"] = "00:02:00",
            ["AzureFunctionsJobHost:extensions:durableTask:storageProvider:useTablePartitionManagement"] = "true",
        }).Build());
        var settings = Settings(Nobody, host.HubName) with { StorageProvider = host.StorageProvider };
        var (one, other) = (AzureStorageTaskHub.ToProvider(settings), AzureStorageTaskHub.ToProvider(settings));

        Assert.Equal(
            ("Mine", 7, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), true, 256, true),
            (one.TaskHubName, one.PartitionCount, one.ControlQueueVisibilityTimeout, one.WorkItemQueueVisibilityTimeout,
                one.UseTablePartitionManagement, one.ControlQueueBufferThreshold, one.ThrowExceptionOnInvalidDedupeStatus));
        Assert.NotEqual(one.WorkerId, other.WorkerId);
    }

    [Fact]
    public async Task A_timers_status_outlives_the_process_and_one_process_at_a_time_may_call_it()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var storage = await AzuriteServer.GetAsync();
        var name = $"{Guid.NewGuid():N}-timers";
        var (one, other) = (Store(), Store());
        await one.CreateIfNotExistsAsync(cancellation);
        Assert.Null(await one.FindAsync("Nightly", cancellation));
        var status = new TimerStatus(DateTime.UnixEpoch, DateTime.UnixEpoch.AddDays(1), DateTime.UnixEpoch.AddHours(1));
        await using (var right = await one.TryOwnAsync("Nightly", cancellation))
        {
            Assert.NotNull(right);
            Assert.Null(await other.TryOwnAsync("Nightly", cancellation));
            await using var another = await other.TryOwnAsync("Monitor", cancellation);
            Assert.NotNull(another);
            await one.SaveAsync("Nightly", status, cancellation);
            await Assert.ThrowsAsync<Azure.RequestFailedException>(() => other.SaveAsync("Nightly", status, cancellation));
        }

        Assert.Equal(status, await other.FindAsync("Nightly", cancellation));
        await using var next = await other.TryOwnAsync("Nightly", cancellation);
        Assert.NotNull(next);

        BlobScheduleStore Store() => new(storage.ConnectionString, name);
    }

    static AzureStorageTaskHubSettings Settings(string connection, string hub) => new()
    {
        ConnectionString = connection,
        HubName = hub,
        MaxConcurrentOrchestrations = 1,
        MaxConcurrentActivities = 1,
        ExtendedSessions = false,
        StorageProvider = new StorageProviderSettings(),
        LoggerFactory = NullLoggerFactory.Instance,
    };
}
