using System.Runtime.Versioning;
using LocalPostgres.Finding;
using LocalPostgres.Running;

namespace LocalPostgres.Tests;

public sealed class FindingTests
{
    [Fact]
    public async Task Where_nothing_is_found_one_error_lists_the_attempts_and_the_three_ways_out()
    {
        using var folder = new TestFolder();
        var options = folder.Options with { BinaryFolders = [], UseDocker = false, UseNpm = false };

        var e = await Assert.ThrowsAsync<PostgresUnavailableException>(() => PostgresServer.StartAsync(options));

        Assert.Contains("installed binaries: no initdb", e.Message, StringComparison.Ordinal);
        Assert.Contains("Docker: switched off", e.Message, StringComparison.Ordinal);
        Assert.Contains("npm: switched off", e.Message, StringComparison.Ordinal);
        Assert.Contains("1. set MIGRATION_TEST_POSTGRES", e.Message, StringComparison.Ordinal);
        Assert.Contains("2. install PostgreSQL", e.Message, StringComparison.Ordinal);
        Assert.Contains("3. start Docker", e.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Leftovers);
    }

    [Theory]
    [InlineData("echo 'postgres (PostgreSQL) 13.22'", "PostgreSQL 13.22 is older than 14")]
    [InlineData("echo 'error while loading libssl' >&2; exit 127", "error while loading libssl")]
    [InlineData("echo 'MySQL 8'", "postgres does not run here (MySQL 8)")]
    [UnsupportedOSPlatform("windows")]
    public async Task An_installation_that_cannot_serve_is_passed_over_and_named(string script, string reason)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The installation is a shell script.");
        using var folder = new TestFolder();
        foreach (var name in new[] { "initdb", "pg_ctl", "postgres" })
        {
            var file = Path.Combine(folder.Path, name);
            await File.WriteAllTextAsync(file, $"#!/bin/sh\n{script}\n");
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead
                | UnixFileMode.OtherExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        }
        var reasons = new List<string>();
        var user = await ServiceUser.ChooseAsync(CancellationToken.None);

        var found = await InstalledBinaries.FindAsync([folder.Path], user, reasons, CancellationToken.None);

        Assert.Null(found);
        var said = Assert.Single(reasons);
        Assert.StartsWith(folder.Path, said, StringComparison.Ordinal);
        Assert.Contains(reason, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "15.18")]
    [InlineData("postgres (PostgreSQL) 18beta1", "18.0")]
    [InlineData("postgres (PostgreSQL) 19devel", "19.0")]
    [InlineData("postgres (PostgreSQL) 9.6.24", "9.6")]
    [InlineData("mysqld 8.0", null)]
    [InlineData("", null)]
    public void The_version_is_read_from_what_postgres_prints(string banner, string? version) =>
        Assert.Equal(version, PostgresVersion.FromBanner(banner)?.ToString());

    [Fact]
    public async Task Root_becomes_an_unprivileged_user_by_each_tool_of_the_machine()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess, "Needs root.");
        foreach (var account in ServiceUser.AccountsHere())
            foreach (var way in ServiceUser.Ways(account))
            {
                var id = await way.RunAsync(
                    ["sh", "-c", "id -u; id -g; echo \"$1\"", "-", "it's $HOME"], "/", CancellationToken.None);
                Assert.Equal($"{account.User}\n{account.Group}\nit's $HOME", id.Output);
            }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_temp_folder_that_only_root_can_enter_is_replaced_by_the_systems()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess, "Needs root.");
        using var folder = new TestFolder();
        var closed = Path.Combine(folder.Path, "closed");
        Directory.CreateDirectory(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var user = await ServiceUser.ChooseAsync(CancellationToken.None);

        Assert.Equal("/tmp", await user.ReachableAsync(closed, CancellationToken.None));
        Assert.Equal(folder.Path, await user.ReachableAsync(folder.Path, CancellationToken.None));
        Assert.Equal(closed, await ServiceUser.Self.ReachableAsync(closed, CancellationToken.None));
    }

    [Fact]
    public async Task A_program_that_is_missing_is_a_result_and_not_a_crash()
    {
        var result = await Command.RunAsync(["no-such-program-here"], null, CancellationToken.None);

        Assert.False(result.Succeeded);
        Assert.Contains("no-such-program-here", result.Said, StringComparison.Ordinal);
    }
}
