using LocalPostgres.Finding;

namespace LocalPostgres.Running;

/// <summary>Starts a private server of the first source that has one: installed binaries, Docker, npm.</summary>
static class PrivateServers
{
    /// <exception cref="PostgresUnavailableException">No source has one, or the one found does not start.</exception>
    public static async Task<IPrivateServer> StartAsync(PostgresOptions options, CancellationToken ct)
    {
        var attempts = new List<string>();
        var user = await ChooseUserAsync(attempts, ct);
        var registry = ServerLease.OpenRegistry(
            user is null ? options.TempFolder : await user.ReachableAsync(options.TempFolder, ct));
        var binaries = user is null
            ? null
            : await InstalledBinaries.FindAsync(options.BinaryFolders, user, attempts, ct);
        await AbandonedServers.SweepAsync(registry, binaries, options.Log, ct);

        if (binaries is null && await StartContainerAsync(registry, options, attempts, ct) is { } container)
            return container;
        if (binaries is null && user is not null)
            binaries = await FetchAsync(options, user, attempts, ct);
        if (binaries is null)
            throw PostgresUnavailableException.NothingFound(attempts);
        return await PrivateCluster.StartAsync(ServerLease.Take(registry, LeaseKind.Cluster), binaries, options, ct);
    }

    /// <summary>A root that cannot become another user can still use Docker.</summary>
    static async Task<ServiceUser?> ChooseUserAsync(List<string> attempts, CancellationToken ct)
    {
        try
        {
            return await ServiceUser.ChooseAsync(ct);
        }
        catch (PostgresUnavailableException e)
        {
            attempts.Add($"installed binaries and npm: {e.Message}");
            return null;
        }
    }

    static async Task<IPrivateServer?> StartContainerAsync(
        string registry, PostgresOptions options, List<string> attempts, CancellationToken ct)
    {
        if (options.UseDocker)
            return await DockerContainer.StartAsync(registry, options, attempts, ct);
        attempts.Add("Docker: switched off by the options");
        return null;
    }

    static async Task<PostgresBinaries?> FetchAsync(
        PostgresOptions options, ServiceUser user, List<string> attempts, CancellationToken ct)
    {
        if (options.UseNpm)
            return await NpmBinaries.FindAsync(options, user, attempts, ct);
        attempts.Add("npm: switched off by the options");
        return null;
    }
}
