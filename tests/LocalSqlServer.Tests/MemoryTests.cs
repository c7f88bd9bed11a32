using LocalSqlServer.SchoolDatabase;
using Microsoft.Data.SqlClient;

namespace LocalSqlServer.Tests;

/// <summary>Runs alone: what it measures belongs to the whole process.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneCollection;

[Collection("Alone")]
public sealed class MemoryTests
{
    [Fact]
    public async Task Two_million_rows_stream_without_memory_for_each()
    {
        await using var server = await TestServer.StartAsync(
            SchoolDatabase.SchoolDatabase.Create(new SchoolOptions(Rows: 4_000_000)));
        await using var connection = new SqlConnection(server.ConnectionString + ";Pooling=False;Packet Size=32767");
        await connection.OpenAsync();
        await using var command = new SqlCommand("SELECT EnrollmentID, StudentID, EntryDate, Credits FROM dbo.Enrollment", connection);
        using var reader = command.ExecuteReader(System.Data.CommandBehavior.SequentialAccess);
        Assert.True(reader.Read());
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var rows = 1;
        while (reader.Read())
            rows++;
        Assert.Equal(2_200_000, rows);
        // Client and server together; a row object of any kind would cost 24 bytes and more.
        Assert.InRange((GC.GetTotalAllocatedBytes(precise: true) - before) / (double)rows, 0, 10);
    }

    [Fact]
    public async Task Clients_that_vanish_leave_nothing_behind()
    {
        await using var server = await TestServer.StartAsync(TestServer.SmallDatabase());
        for (var i = 0; i < 3; i++)
        {
            using var relay = new Relay(server.Port);
            var hold = server.Faults.HoldRows("Student");
            await using var connection = new SqlConnection(relay.Redirect(server.ConnectionString));
            await connection.OpenAsync();
            await using var command = new SqlCommand("SELECT * FROM dbo.Student", connection);
            var reading = command.ExecuteReaderAsync();
            await hold.Reached;
            relay.Dispose();
            await Assert.ThrowsAnyAsync<Exception>(async () => await (await reading).ReadAsync());
        }
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        while (server.OpenConnections > 0)
            await Task.Delay(10, limit.Token);
    }
}
