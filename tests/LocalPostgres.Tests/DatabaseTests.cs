using Npgsql;

namespace LocalPostgres.Tests;

public sealed class DatabaseTests(SharedServer shared) : IClassFixture<SharedServer>
{
    PostgresServer Server => shared.Server;

    [Fact]
    public async Task A_created_database_is_empty_UTF8_and_sorts_by_code_point()
    {
        var created = await Server.CreateDatabaseAsync("fresh");

        Assert.Equal("fresh", await Query.ScalarAsync(created, "SELECT current_database()::text"));
        Assert.Equal("UTF8 C C", await Query.ScalarAsync(created,
            """
            SELECT concat_ws(' ', pg_encoding_to_char(encoding), datcollate, datctype)
            FROM pg_database WHERE datname = current_database()
            """));
        Assert.Equal(0L, await Query.ScalarAsync(
            created, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
        Assert.Equal(true, await Query.ScalarAsync(
            created, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"));
    }

    [Theory]
    [InlineData("Mixed Case")]
    [InlineData("quote\"; DROP DATABASE postgres; --")]
    [InlineData("semi;colon=equals")]
    [InlineData("Überprüfung 東京")]
    public async Task Any_name_that_PostgreSQL_can_hold_is_taken_as_it_is(string name)
    {
        var created = await Server.CreateDatabaseAsync(name);

        Assert.Equal(name, await Query.ScalarAsync(created, "SELECT current_database()::text"));
        await Server.DropDatabaseAsync(name);
        var e = await Assert.ThrowsAsync<PostgresException>(() => Query.ScalarAsync(created, "SELECT 1"));
        Assert.Equal(PostgresErrorCodes.InvalidCatalogName, e.SqlState);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nul\0inside")]
    [InlineData("東京東京東京東京東京東京東京東京東京東京東京")]
    public async Task A_name_that_PostgreSQL_would_cut_or_refuse_is_refused_before(string name)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Server.CreateDatabaseAsync(name));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Server.DropDatabaseAsync(name));
    }

    [Fact]
    public async Task An_existing_database_is_not_replaced_without_being_asked_to()
    {
        var created = await Server.CreateDatabaseAsync("precious");
        await Query.ScalarAsync(created, "CREATE TABLE kept ()");

        var e = await Assert.ThrowsAsync<PostgresException>(() => Server.CreateDatabaseAsync("precious"));

        Assert.Equal(PostgresErrorCodes.DuplicateDatabase, e.SqlState);
        Assert.Equal(0L, await Query.ScalarAsync(created, "SELECT count(*) FROM kept"));
    }

    [Fact]
    public async Task With_replace_a_database_is_made_anew_although_sessions_are_in_it()
    {
        await using var server = await PostgresServer.StartAsync(
            new() { ExternalConnectionString = Server.AdminConnectionString, Replace = true });
        var created = await server.CreateDatabaseAsync("again");
        await Query.ScalarAsync(created, "CREATE TABLE old ()");
        await using var open = new NpgsqlConnection(created);
        await open.OpenAsync();

        await server.CreateDatabaseAsync("again");

        Assert.Equal(0L, await Query.ScalarAsync(created, "SELECT count(*) FROM pg_tables WHERE tablename = 'old'"));
    }

    [Fact]
    public async Task A_pooled_connection_works_after_its_database_was_dropped_and_made_again()
    {
        var created = await Server.CreateDatabaseAsync("pooled");
        await using (var first = new NpgsqlConnection(created))
            await first.OpenAsync();
        await Server.DropDatabaseAsync("pooled");
        await Server.CreateDatabaseAsync("pooled");

        await using var second = new NpgsqlConnection(created);
        await second.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT 1", second);
        Assert.Equal(1, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Dropping_a_database_that_is_not_there_is_no_error() =>
        await Server.DropDatabaseAsync("never made");

    [Fact]
    public async Task Many_databases_can_be_created_at_once()
    {
        var created = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(i => Server.CreateDatabaseAsync($"parallel_{i}")));

        foreach (var connectionString in created)
            Assert.Equal(1, await Query.ScalarAsync(connectionString, "SELECT 1"));
    }
}
