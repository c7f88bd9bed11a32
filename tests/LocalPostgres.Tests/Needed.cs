using LocalPostgres.Finding;
using LocalPostgres.Running;

namespace LocalPostgres.Tests;

/// <summary>A missing server skips a test on a developer's machine and fails it under CI.</summary>
static class Needed
{
    static bool UnderCI => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    static bool HasExternal =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(PostgresOptions.ExternalServerVariable));

    /// <summary>
    /// Confirms that a private server can be started, without starting one where binaries are installed.
    /// </summary>
    public static async Task ConfirmAsync(TestFolder folder)
    {
        var user = await ServiceUser.ChooseAsync(CancellationToken.None);
        if (await InstalledBinaries.FindAsync(null, user, [], CancellationToken.None) is null)
            await (await StartAsync(folder.Options)).DisposeAsync();
    }

    public static async Task<PostgresServer> StartAsync(PostgresOptions options)
    {
        try
        {
            return await PostgresServer.StartAsync(options, TestContext.Current.CancellationToken);
        }
        catch (PostgresUnavailableException e) when (!UnderCI || HasExternal)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }
}
