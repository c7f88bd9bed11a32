namespace LocalPostgres.Tests;

/// <summary>A missing server skips a test on a developer's machine and fails it under CI.</summary>
static class Needed
{
    static bool UnderCI => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    static bool HasExternal =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(PostgresOptions.ExternalServerVariable));

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
