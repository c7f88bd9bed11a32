using LocalPostgres.Running;
using Npgsql;

namespace LocalPostgres.Tests;

public sealed class PrivateServerTests
{
    [Fact]
    public async Task Nothing_is_left_of_a_server_after_dispose()
    {
        using var folder = new TestFolder();
        var server = await Needed.StartAsync(folder.Options);
        var postmaster = await OwnerProcess.PostmasterOfAsync(server.AdminConnectionString);
        Assert.NotEmpty(folder.Leftovers);

        await server.DisposeAsync();

        Assert.Empty(folder.Leftovers);
        await OwnerProcess.EndsAsync(postmaster);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => Query.ScalarAsync(server.AdminConnectionString, "SELECT 1"));
    }

    [Fact]
    public async Task Two_servers_run_side_by_side_and_share_nothing()
    {
        using var folder = new TestFolder();
        var starts = await Task.WhenAll(Needed.StartAsync(folder.Options), Needed.StartAsync(folder.Options));
        await using var first = starts[0];
        await using var second = starts[1];

        var created = await first.CreateDatabaseAsync("only_in_first");

        Assert.Equal(1, await Query.ScalarAsync(created, "SELECT 1"));
        Assert.Equal(0L, await Query.ScalarAsync(second.AdminConnectionString,
            "SELECT count(*) FROM pg_database WHERE datname = 'only_in_first'"));
    }

    [Fact]
    public async Task The_server_asks_for_a_password_on_loopback_only_and_does_not_run_as_root()
    {
        using var folder = new TestFolder();
        await using var server = await Needed.StartAsync(folder.Options);
        Assert.True(server.Version >= new Version(14, 0), server.Version.ToString());
        Assert.Equal("127.0.0.1", await Query.ScalarAsync(server.AdminConnectionString, "SHOW listen_addresses"));
        var stranger = new NpgsqlConnectionStringBuilder(server.AdminConnectionString) { Password = "guess" };

        var e = await Assert.ThrowsAsync<PostgresException>(
            () => Query.ScalarAsync(stranger.ConnectionString, "SELECT 1"));

        Assert.Equal(PostgresErrorCodes.InvalidPassword, e.SqlState);
        Assert.Equal(0L, await Query.ScalarAsync(server.AdminConnectionString,
            "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"));
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no user number");
        await Query.ScalarAsync(server.AdminConnectionString,
            "CREATE TABLE runs_as (id int); COPY runs_as FROM PROGRAM 'id -u'");
        Assert.NotEqual(0, await Query.ScalarAsync(server.AdminConnectionString, "SELECT id FROM runs_as"));
    }

    [Fact]
    public async Task Durable_writes_reach_the_disk_and_settings_of_the_caller_win()
    {
        using var folder = new TestFolder();
        var settings = new Dictionary<string, string>
        {
            ["work_mem"] = "9MB", ["app.note"] = @"it's a \ here", ["max_connections"] = "33",
        };
        await using var server = await Needed.StartAsync(folder.Options with { Durable = true, Settings = settings });

        Assert.Equal("on", await Query.ScalarAsync(server.AdminConnectionString, "SHOW fsync"));
        Assert.Equal("9MB", await Query.ScalarAsync(server.AdminConnectionString, "SHOW work_mem"));
        Assert.Equal("33", await Query.ScalarAsync(server.AdminConnectionString, "SHOW max_connections"));
        Assert.Equal(@"it's a \ here", await Query.ScalarAsync(server.AdminConnectionString, "SHOW app.note"));
    }

    [Fact]
    public async Task A_server_that_cannot_start_says_why_and_leaves_nothing()
    {
        using var folder = new TestFolder();
        await Needed.ConfirmAsync(folder);
        var options = folder.Options with { Settings = new Dictionary<string, string> { ["shared_buffers"] = "lots" } };

        var e = await Assert.ThrowsAsync<PostgresUnavailableException>(() => PostgresServer.StartAsync(options));

        Assert.Contains("shared_buffers", e.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Leftovers);
    }

    [Fact]
    public async Task A_start_that_is_cancelled_leaves_nothing()
    {
        using var folder = new TestFolder();
        await Needed.ConfirmAsync(folder);
        using var cancelled = new CancellationTokenSource();
        using var watcher = new FileSystemWatcher(ServerLease.OpenRegistry(folder.Path)) { EnableRaisingEvents = true };
        watcher.Created += (_, created) =>
        {
            if (!created.Name!.EndsWith(".owner", StringComparison.Ordinal))
                cancelled.Cancel();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => PostgresServer.StartAsync(folder.Options, cancelled.Token));

        Assert.Empty(folder.Leftovers);
    }
}
