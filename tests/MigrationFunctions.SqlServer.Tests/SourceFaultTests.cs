using LocalSqlServer.SchoolDatabase;
using Microsoft.Data.SqlClient;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.SqlServer.Tests;

public class SourceFaultTests
{
    [Fact]
    public async Task An_unreachable_server_is_coded_and_transient()
    {
        var source = Source("Data Source=127.0.0.1,1;Initial Catalog=x;User ID=u;Password=hush-hush;Connect Timeout=2;ConnectRetryCount=0");
        var e = await Assert.ThrowsAsync<MigrationException>(() => source.GetFactsAsync(CancellationToken.None));
        Assert.Equal(ErrorCodes.SourceUnreachable, e.Code);
        Assert.True(e.IsTransient);
        Assert.DoesNotContain("hush-hush", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_refused_for_good()
    {
        await using var legacy = await LegacySource.StartAsync();
        var wrong = new SqlConnectionStringBuilder(legacy.Served.ConnectionString) { Password = "hush-hush" };
        var e = await Assert.ThrowsAsync<MigrationException>(() => Source(wrong.ConnectionString).GetFactsAsync(CancellationToken.None));
        Assert.Equal(ErrorCodes.SourceLoginRefused, e.Code);
        Assert.False(e.IsTransient);
        Assert.DoesNotContain("hush-hush", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(245, "Conversion failed when converting the varchar value 'Okonkwo' to data type int.")]
    [InlineData(2628, "String or binary data would be truncated in table 'x', column 'y'. Truncated value: 'Okonkwo'.")]
    [InlineData(50000, "No place for Okonkwo.")]
    public async Task Words_of_the_server_that_may_quote_a_row_are_not_passed_on(int number, string message)
    {
        await using var legacy = await LegacySource.StartOnStandInAsync();
        legacy.Served.Faults.Fail(number, message);

        var e = await Assert.ThrowsAsync<MigrationException>(() => legacy.Source.GetFactsAsync(CancellationToken.None));

        Assert.Equal((ErrorCodes.SourceCommandFailed, false), (e.Code, e.IsTransient));
        Assert.Contains($"error {number}:", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Okonkwo", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_of_the_server_about_names_are_passed_on()
    {
        await using var legacy = await LegacySource.StartOnStandInAsync();
        legacy.Served.Faults.Fail(208, "Invalid object name 'dbo.Pupil'.");

        var e = await Assert.ThrowsAsync<MigrationException>(() => legacy.Source.GetFactsAsync(CancellationToken.None));

        Assert.Contains("error 208: Invalid object name 'dbo.Pupil'.", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Data Source=somewhere")]
    [InlineData("no such keyword=hush-hush")]
    public async Task A_missing_or_malformed_setting_is_told_without_its_text(string? setting)
    {
        var e = await Assert.ThrowsAsync<MigrationException>(() => Source(setting).GetFactsAsync(CancellationToken.None));
        Assert.Equal(ErrorCodes.SourceNotConfigured, e.Code);
        Assert.DoesNotContain("hush-hush", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_text_survives_every_way_the_network_cuts_it()
    {
        // A server that encrypts takes no packets above 16,383 bytes.
        await using var legacy = await LegacySource.StartOnStandInAsync(
            SchoolDatabase.Create(new SchoolOptions(Seed: 1, Rows: 5_000, Districts: 3)));
        foreach (var packetSize in new[] { 512, 4_096, 8_000, 16_000, 32_767 })
        {
            var connections = new SqlServerConnections($"{legacy.Served.ConnectionString};Packet Size={packetSize}");
            await using var connection = await connections.OpenAsync(CancellationToken.None);
            await using var command = new SqlCommand(
                "SELECT StudentID, FirstName, LastName, Notes FROM dbo.Student WHERE DistrictID = 1 ORDER BY StudentID", connection);
            await using var rows = await command.ExecuteReaderAsync();
            var read = 0;
            while (rows.Read())
            {
                read++;
                Assert.True(rows.IsDBNull(3) || rows.GetString(3).Length >= 0);
            }
            Assert.True(read > 1_000);
        }
    }

    static SqlServerSource Source(string? setting) => new(new SqlServerConnections(setting), 10);
}
