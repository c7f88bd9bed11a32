using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using LocalPostgres.Running;

namespace LocalPostgres.Tests;

public sealed class CrashTests
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_server_ends_with_an_owner_that_is_killed(bool withItsWholeProcessTree)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows the next start cleans up.");
        using var folder = new TestFolder();
        using var owner = await StartOwnerAsync(folder);

        await owner.KillAsync(withItsWholeProcessTree);

        await folder.BecomesEmptyAsync(Limit);
        await OwnerProcess.EndsAsync(owner.Postmaster);
    }

    [Fact]
    public async Task The_server_ends_with_an_owner_that_forgets_to_dispose_of_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "On Windows the next start cleans up.");
        using var folder = new TestFolder();
        using var owner = await StartOwnerAsync(folder);

        await owner.LetEndAsync();

        await folder.BecomesEmptyAsync(Limit);
    }

    [Fact]
    public async Task The_next_start_clears_away_a_server_whose_owner_and_watchdog_were_both_killed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The watchdog is found through /proc.");
        using var folder = new TestFolder();
        using var owner = await StartOwnerAsync(folder);
        WatchdogOf(folder).Kill();
        await owner.KillAsync(entireTree: false);
        Assert.Equal(1, await Query.ScalarAsync(owner.ConnectionString, "SELECT 1"));

        await using (await PostgresServer.StartAsync(folder.Options))
            await OwnerProcess.EndsAsync(owner.Postmaster);

        Assert.Empty(folder.Leftovers);
    }

    [Fact]
    public async Task A_start_leaves_the_servers_of_running_owners_alone()
    {
        using var folder = new TestFolder();
        using var owner = await StartOwnerAsync(folder);

        await using (await PostgresServer.StartAsync(folder.Options))
        {
        }

        Assert.Equal(1, await Query.ScalarAsync(owner.ConnectionString, "SELECT 1"));
        await owner.LetEndAsync();
        if (!OperatingSystem.IsWindows())
            await folder.BecomesEmptyAsync(Limit);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"Kind\":")]
    [InlineData("{\"Kind\":\"Cluster\",\"ProcessId\":2147483647,\"StartedAt\":\"2020-01-01T00:00:00Z\"}")]
    public async Task What_a_crash_left_at_any_moment_is_removed(string marker)
    {
        using var folder = new TestFolder();
        var registry = ServerLease.OpenRegistry(folder.Path);
        var left = Directory.CreateDirectory(Path.Combine(registry, "00c0ffee", "data"));
        await File.WriteAllTextAsync(Path.Combine(left.FullName, "PG_VERSION"), "15");
        await File.WriteAllTextAsync(Path.Combine(registry, "00c0ffee.owner"), marker);

        await AbandonedServers.SweepAsync(registry, null, null, CancellationToken.None);

        Assert.Empty(folder.Leftovers);
    }

    [Fact]
    public async Task A_process_that_got_the_number_of_a_server_long_gone_is_not_touched()
    {
        using var folder = new TestFolder();
        using var self = Process.GetCurrentProcess();
        var registry = ServerLease.OpenRegistry(folder.Path);
        var left = Directory.CreateDirectory(Path.Combine(registry, "00c0ffee", "data"));
        var started = new DateTimeOffset(self.StartTime).ToUnixTimeSeconds();
        await File.WriteAllTextAsync(
            Path.Combine(left.FullName, "postmaster.pid"),
            string.Create(CultureInfo.InvariantCulture, $"{self.Id}\n{left.FullName}\n{started}\n5432\n"));
        await File.WriteAllTextAsync(Path.Combine(registry, "00c0ffee.owner"), "");

        await AbandonedServers.SweepAsync(registry, null, null, CancellationToken.None);

        Assert.Empty(folder.Leftovers);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_registry_that_others_can_write_is_not_trusted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The temp folder of Windows is the user's own.");
        using var folder = new TestFolder();
        var registry = ServerLease.OpenRegistry(folder.Path);
        File.SetUnixFileMode(registry, File.GetUnixFileMode(registry) | UnixFileMode.OtherWrite);

        Assert.Throws<PostgresUnavailableException>(() => ServerLease.OpenRegistry(folder.Path));
    }

    /// <summary>
    /// Skips or fails where there is no PostgreSQL, which the other process could only report by its end.
    /// </summary>
    static async Task<OwnerProcess> StartOwnerAsync(TestFolder folder)
    {
        await Needed.ConfirmAsync(folder);
        return await OwnerProcess.StartAsync(folder.Path);
    }

    static Process WatchdogOf(TestFolder folder) =>
        Process.GetProcesses().Single(process =>
        {
            try
            {
                var command = File.ReadAllText($"/proc/{process.Id}/cmdline");
                return command.Contains("local-postgres-watchdog", StringComparison.Ordinal)
                    && command.Contains(folder.Path, StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        });
}
