using System.Data;
using Dapper;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;

namespace LocalSqlServer.Tests;

/// <summary>Login, packet sizes, transactions, cancellation and faults.</summary>
public sealed class SessionTests(TestServer server) : IClassFixture<TestServer>
{
    const string ManyRows = "SELECT a.StudentID, b.Name FROM dbo.Student a CROSS JOIN dbo.Student b CROSS JOIN dbo.Student c "
        + "CROSS JOIN dbo.Student d CROSS JOIN dbo.Student e CROSS JOIN dbo.Student f CROSS JOIN dbo.Student g";

    [Theory]
    [InlineData("Password=wrong", 18456)]
    [InlineData("User ID=nobody", 18456)]
    [InlineData("Initial Catalog=Elsewhere", 4060)]
    public async Task A_wrong_login_is_refused_with_the_real_number(string wrong, int number)
    {
        var error = await Assert.ThrowsAsync<SqlException>(() => server.OpenAsync(wrong + ";ConnectRetryCount=0"));
        Assert.Equal(number, error.Number);
    }

    [Fact]
    public async Task A_server_that_cannot_encrypt_serves_a_client_that_need_not()
    {
        await using var plain = await SqlServerStandIn.StartAsync(
            new StandInOptions { Database = TestServer.SmallDatabase(), OfferEncryption = false });
        await using var connection = new SqlConnection(plain.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        Assert.Equal(10, await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM dbo.Student"));
        await using var strict = new SqlConnection(plain.ConnectionString + ";Pooling=False;Encrypt=True;ConnectRetryCount=0");
        await Assert.ThrowsAsync<SqlException>(() => strict.OpenAsync());
    }

    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    [InlineData(8000)]
    [InlineData(16000)]
    [InlineData(32767)]
    public async Task Rows_and_long_values_cross_packets_of_any_size(int packetSize)
    {
        await using var connection = await server.OpenAsync($"Packet Size={packetSize}");
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => (char)('a' + i % 26)));
        Assert.Equal(packetSize, connection.PacketSize);
        var rows = await TestServer.QueryAsync(connection, "SELECT StudentID, @text FROM dbo.Student ORDER BY StudentID", ("@text", text));
        Assert.Equal(10, rows.Count);
        Assert.All(rows, row => Assert.Equal(text, row[1]));
    }

    [Fact]
    public async Task A_pooled_connection_comes_back_without_its_transaction_and_options()
    {
        var pooled = server.Server.ConnectionString + ";Max Pool Size=1";
        await using (var first = new SqlConnection(pooled))
        {
            await first.OpenAsync();
            await first.ExecuteAsync("SET TRANSACTION ISOLATION LEVEL SNAPSHOT; SET NOCOUNT ON; BEGIN TRANSACTION");
        }
        await using var second = new SqlConnection(pooled);
        await second.OpenAsync();
        Assert.Equal(0, await second.ExecuteScalarAsync<int>("SELECT @@TRANCOUNT"));
        SqlConnection.ClearPool(second);
    }

    [Fact]
    public async Task Transactions_begin_save_roll_back_and_commit()
    {
        await using var connection = await server.OpenAsync();
        await using (var transaction = (SqlTransaction)await connection.BeginTransactionAsync(IsolationLevel.Serializable))
        {
            Assert.Equal(1, await connection.ExecuteScalarAsync<int>("SELECT @@TRANCOUNT", transaction: transaction));
            transaction.Save("point");
            transaction.Rollback("point");
            await transaction.CommitAsync();
        }
        await using (var transaction = await connection.BeginTransactionAsync())
            await transaction.RollbackAsync();
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("SELECT @@TRANCOUNT"));
        Assert.Equal(2, await connection.ExecuteScalarAsync<int>("BEGIN TRAN; BEGIN TRAN; SELECT @@TRANCOUNT; ROLLBACK"));
    }

    [Fact]
    public async Task A_snapshot_transaction_does_not_see_what_changes_after_its_first_read()
    {
        await using var own = await TestServer.StartAsync(TestServer.SmallDatabase());
        await using var connection = new SqlConnection(own.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        const string Names = "SELECT COUNT(*), MIN(Name) FROM dbo.Student WHERE DistrictID = 1";
        await using var transaction = (SqlTransaction)await connection.BeginTransactionAsync(IsolationLevel.Snapshot);
        Assert.Equal((6, "Name 1"), await connection.QuerySingleAsync<(int, string)>(Names, transaction: transaction));
        var table = own.Database.Table("dbo.Student");
        table.Add(200L, 1, "A new one", null, null, null);
        Assert.Equal(1, table.Update(r => (long)r["StudentID"]! == 101, r => r["Name"] = "Changed"));
        Assert.Equal(1, table.Delete(r => (long)r["StudentID"]! == 102));
        Assert.Equal((6, "Name 1"), await connection.QuerySingleAsync<(int, string)>(Names, transaction: transaction));
        await transaction.CommitAsync();
        Assert.Equal((6, "A new one"), await connection.QuerySingleAsync<(int, string)>(Names));
    }

    [Fact]
    public async Task Snapshot_isolation_that_is_off_is_error_3952()
    {
        var database = new LegacyDatabase("NoSnapshot") { SnapshotIsolation = false };
        database.AddTable("dbo", "T").Column("Id", SqlType.Int).PrimaryKey("Id");
        await using var own = await TestServer.StartAsync(database);
        await using var connection = new SqlConnection(own.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();
        await using var transaction = (SqlTransaction)await connection.BeginTransactionAsync(IsolationLevel.Snapshot);
        var error = await Assert.ThrowsAsync<SqlException>(() =>
            connection.ExecuteScalarAsync("SELECT COUNT(*) FROM dbo.T", transaction: transaction));
        Assert.Equal(3952, error.Number);
    }

    [Fact]
    public async Task A_cancelled_reader_leaves_the_connection_usable()
    {
        await using var connection = await server.OpenAsync();
        for (var round = 0; round < 3; round++)
        {
            await using var command = new SqlCommand(ManyRows, connection);
            await using (var reader = await command.ExecuteReaderAsync())
            {
                for (var i = 0; i < 1000; i++)
                    Assert.True(await reader.ReadAsync());
                command.Cancel();
            }
            Assert.Equal(10, await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM dbo.Student"));
        }
    }

    [Fact]
    public async Task A_statement_that_never_answers_times_out_and_leaves_the_connection_usable()
    {
        await using var connection = await server.OpenAsync();
        var fault = server.Server.Faults.NeverAnswer("/*silent*/");
        await using var command = new SqlCommand("/*silent*/ SELECT 1", connection) { CommandTimeout = 1 };
        var error = await Assert.ThrowsAsync<SqlException>(() => command.ExecuteScalarAsync());
        Assert.Equal(-2, error.Number);
        Assert.Equal(1, fault.Happened);
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>("SELECT 1"));
    }

    [Fact]
    public async Task A_prepared_command_runs_again_and_again()
    {
        await using var connection = await server.OpenAsync();
        await using var command = new SqlCommand("SELECT Name FROM dbo.Student WHERE StudentID = @id", connection);
        command.Parameters.Add("@id", SqlDbType.BigInt);
        await command.PrepareAsync();
        for (var id = 101L; id <= 103; id++)
        {
            command.Parameters[0].Value = id;
            Assert.Equal($"Name {id - 100}", await command.ExecuteScalarAsync());
        }
    }

    [Fact]
    public async Task Output_parameters_and_messages_come_back()
    {
        await using var connection = await server.OpenAsync();
        var messages = new List<string>();
        connection.InfoMessage += (_, e) => messages.Add(e.Message);
        await using var command = new SqlCommand("SET @n = @n + 1; PRINT 'hello'", connection);
        var parameter = command.Parameters.Add(new SqlParameter("@n", 41) { Direction = ParameterDirection.InputOutput });
        await command.ExecuteNonQueryAsync();
        Assert.Equal(42, parameter.Value);
        Assert.Equal(["hello"], messages);
    }

    [Fact]
    public async Task Several_results_of_one_batch_come_in_order()
    {
        await using var connection = await server.OpenAsync();
        await using var results = await connection.QueryMultipleAsync("SELECT 1; SELECT 'a' UNION ALL SELECT 'b'; SELECT 2.5");
        Assert.Equal(1, await results.ReadSingleAsync<int>());
        Assert.Equal(["a", "b"], await results.ReadAsync<string>());
        Assert.Equal(2.5m, await results.ReadSingleAsync<decimal>());
    }

    [Fact]
    public async Task An_error_after_rows_reaches_the_reader_and_the_connection_stays()
    {
        await using var connection = await server.OpenAsync();
        await using var command = new SqlCommand(
            "SELECT 10 / (StudentID - 104) FROM dbo.Student WHERE DistrictID = 1 ORDER BY StudentID", connection);
        await using (var reader = await command.ExecuteReaderAsync())
        {
            Assert.True(await reader.ReadAsync());
            var error = await Assert.ThrowsAsync<SqlException>(async () =>
            {
                while (await reader.ReadAsync())
                {
                }
            });
            Assert.Equal(8134, error.Number);
        }
        Assert.Equal(ConnectionState.Open, connection.State);
    }

    [Fact]
    public async Task Many_connections_read_at_once()
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            await using var connection = await server.OpenAsync();
            return (await TestServer.QueryAsync(connection, "SELECT * FROM dbo.Student")).Count;
        }));
        Assert.All(counts, count => Assert.Equal(10, count));
    }
}
