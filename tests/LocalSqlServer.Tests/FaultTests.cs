using Dapper;
using Microsoft.Data.SqlClient;

namespace LocalSqlServer.Tests;

public sealed class FaultTests : IAsyncLifetime
{
    const string Names = "SELECT StudentID FROM dbo.Student WHERE DistrictID = 1 ORDER BY StudentID";

    SqlServerStandIn _server = null!;
    SqlConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync(TestServer.SmallDatabase());
        _connection = new SqlConnection(_server.ConnectionString + ";Pooling=False;ConnectRetryCount=0");
        await _connection.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_dropped_connection_gives_the_rows_before_and_then_an_error()
    {
        var fault = _server.Faults.DropConnection("Student", afterRows: 2);
        await using var command = new SqlCommand(Names, _connection);
        var read = 0;
        await Assert.ThrowsAsync<SqlException>(async () =>
        {
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                read++;
        });
        Assert.InRange(read, 0, 2);
        Assert.Equal(1, fault.Happened);
        await using var next = new SqlConnection(_connection.ConnectionString + ";Password=" + PasswordOf(_server));
        await next.OpenAsync();
        Assert.Equal(6, (await next.QueryAsync<long>(Names)).Count());
    }

    static string PasswordOf(SqlServerStandIn server) => new SqlConnectionStringBuilder(server.ConnectionString).Password;

    [Fact]
    public async Task A_deadlock_comes_at_the_chosen_statement_and_rolls_back()
    {
        var fault = _server.Faults.Deadlock("Student", occurrence: 2);
        await using var transaction = (SqlTransaction)await _connection.BeginTransactionAsync();
        Assert.Equal(6, (await _connection.QueryAsync<long>(Names, transaction: transaction)).Count());
        var error = await Assert.ThrowsAsync<SqlException>(() => _connection.QueryAsync<long>(Names, transaction: transaction));
        Assert.Equal((1205, 13), (error.Number, error.Class));
        Assert.Equal(0, await _connection.ExecuteScalarAsync<int>("SELECT @@TRANCOUNT"));
        Assert.Equal(6, (await _connection.QueryAsync<long>(Names)).Count());
        Assert.Equal(1, fault.Happened);
    }

    [Fact]
    public async Task Held_rows_wait_for_their_release()
    {
        var fault = _server.Faults.HoldRows("Student", afterRows: 3);
        var reading = _connection.QueryAsync<long>(Names);
        await fault.Reached;
        Assert.False(reading.IsCompleted);
        fault.Release();
        Assert.Equal(6, (await reading).Count());
    }

    [Fact]
    public async Task A_held_statement_can_be_cancelled()
    {
        var fault = _server.Faults.HoldRows("Student", afterRows: 1);
        await using var command = new SqlCommand(Names, _connection);
        await using (var reader = await command.ExecuteReaderAsync())
        {
            Assert.True(await reader.ReadAsync());
            var reading = Task.Run(reader.Read);
            await fault.Reached;
            command.Cancel();
            await Assert.ThrowsAsync<SqlException>(() => reading);
        }
        Assert.Equal(1, await _connection.ExecuteScalarAsync<int>("SELECT 1"));
    }

    [Fact]
    public async Task Another_error_may_be_ordered_a_number_of_times_and_taken_back()
    {
        _server.Faults.Fail(824, "I/O error", severity: 16, contains: "Student", times: 2);
        for (var i = 0; i < 2; i++)
            Assert.Equal(824, (await Assert.ThrowsAsync<SqlException>(() => _connection.QueryAsync<long>(Names))).Number);
        Assert.Equal(6, (await _connection.QueryAsync<long>(Names)).Count());
        var slow = _server.Faults.SlowRows(TimeSpan.FromMilliseconds(1), "Student");
        Assert.Equal(6, (await _connection.QueryAsync<long>(Names)).Count());
        Assert.True(slow.Happened >= 6);
        _server.Faults.Clear();
    }

    [Fact]
    public async Task A_login_may_be_refused_once()
    {
        _server.Faults.RefuseLogin();
        await using var refused = new SqlConnection(_server.ConnectionString + ";Pooling=False;ConnectRetryCount=0");
        Assert.Equal(18456, (await Assert.ThrowsAsync<SqlException>(() => refused.OpenAsync())).Number);
        await refused.OpenAsync();
    }
}
