namespace LocalPostgres.Tests;

public sealed class ExternalServerTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Fact]
    public async Task An_external_server_and_its_databases_stay_after_dispose()
    {
        string created;
        await using (var server = await StartAsync(shared.Server.AdminConnectionString))
        {
            Assert.True(server.IsExternal);
            Assert.False(shared.Server.IsExternal);
            Assert.Equal(shared.Server.Version, server.Version);
            created = await server.CreateDatabaseAsync("left to look at");
        }

        Assert.Equal(1, await Query.ScalarAsync(created, "SELECT 1"));
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_named_without_the_password()
    {
        var e = await Assert.ThrowsAsync<PostgresUnavailableException>(
            () => StartAsync("Host=127.0.0.1;Port=1;Username=u;Password=hunter2;SSL Mode=Disable"));

        Assert.Contains("127.0.0.1:1", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        var e = await Assert.ThrowsAsync<PostgresUnavailableException>(
            () => StartAsync(shared.Server.AdminConnectionString + ";Password=wrong"));

        Assert.Contains("28P01", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_is_no_superuser_is_refused()
    {
        await Query.ScalarAsync(shared.Server.AdminConnectionString, "CREATE ROLE plain LOGIN PASSWORD 'plain'");

        var e = await Assert.ThrowsAsync<PostgresUnavailableException>(
            () => StartAsync(shared.Server.AdminConnectionString + ";Username=plain;Password=plain"));

        Assert.Contains("no superuser", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://u:hunter2@localhost/db")]
    [InlineData("Host=localhost;Pasword=hunter2")]
    [InlineData("Host=localhost;Port=hunter2")]
    public async Task What_is_no_connection_string_is_said_without_quoting_it(string connectionString)
    {
        var e = await Assert.ThrowsAsync<PostgresUnavailableException>(() => StartAsync(connectionString));

        Assert.Contains(PostgresOptions.ExternalServerVariable, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", e.ToString(), StringComparison.Ordinal);
    }

    static Task<PostgresServer> StartAsync(string connectionString) =>
        PostgresServer.StartAsync(new() { ExternalConnectionString = connectionString });
}
