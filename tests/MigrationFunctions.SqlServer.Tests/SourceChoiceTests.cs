using LegacyServers;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>Which server MIGRATION_TEST_SQLSERVER selects.</summary>
public class SourceChoiceTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    public void Unset_it_selects_the_stand_in(string? value) =>
        Assert.Equal(new SourceChoice(SourceKind.StandIn), SourceChoice.Parse(value));

    [Theory]
    [InlineData("testcontainers")]
    [InlineData(" TestContainers ")]
    public void The_word_selects_a_container(string value) =>
        Assert.Equal(new SourceChoice(SourceKind.Container), SourceChoice.Parse(value));

    [Theory]
    [InlineData("Server=db,1433;User ID=sa;Password=hush-hush")]
    [InlineData("Data Source=db;Integrated Security=true")]
    public void A_connection_string_selects_its_server_and_shows_nowhere(string value)
    {
        var choice = SourceChoice.Parse(value);
        Assert.Equal((SourceKind.Server, value), (choice.Kind, choice.ConnectionString));
        Assert.DoesNotContain("hush-hush", choice.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker")]
    [InlineData("User ID=sa;Password=hush-hush")]
    [InlineData("no such keyword=hush-hush")]
    public void Anything_else_is_an_error_that_tells_the_ways_and_not_the_value(string value)
    {
        var e = Assert.Throws<InvalidOperationException>(() => SourceChoice.Parse(value));
        Assert.Contains("MIGRATION_TEST_SQLSERVER is neither 'testcontainers' nor", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_cannot_be_had_is_a_failure_that_tells_the_ways_out()
    {
        var e = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ContainerServer.StartAsync("tcp://127.0.0.1:1", TestContext.Current.CancellationToken));
        Assert.Contains("MIGRATION_TEST_SQLSERVER=testcontainers", e.Message, StringComparison.Ordinal);
        Assert.Contains("unset the variable", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_a_failure_that_names_the_variable_and_no_password()
    {
        var choice = SourceChoice.Parse("Data Source=127.0.0.1,1;User ID=u;Password=hush-hush;Connect Timeout=2;ConnectRetryCount=0");
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => choice.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("MIGRATION_TEST_SQLSERVER names a server that cannot be used", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_that_did_not_ask_for_the_stand_in_gets_no_faults_even_when_it_runs_there()
    {
        var database = new LegacyDatabase("D");
        database.AddTable("dbo", "T").Column("Id", SqlType.Int).PrimaryKey("Id");
        await using var selected = await new StandInServer(withFaults: false).ServeAsync(database);
        await using var asked = await new StandInServer(withFaults: true).ServeAsync(database);
        Assert.Throws<InvalidOperationException>(() => selected.Faults);
        Assert.NotNull(asked.Faults);
    }
}
