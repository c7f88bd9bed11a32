using LegacyServers;
using LocalSqlServer.Ddl;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>What the loader sends to a real server beside the rows: parsed with the grammar of SQL Server 2012, for no server
/// runs it here.</summary>
public class LoaderScriptTests
{
    [Fact]
    public void Every_statement_is_t_sql_of_sql_server_2012()
    {
        string[] batches =
        [
            ServerScript.CreateOneAtATime, ServerScript.CanMakeLogins, ServerScript.Login,
            ServerScript.CreateLogin("a]b", "it's"), ServerScript.DropLogin("a]b"), .. ServerScript.GrantReading("a]b"),
        ];
        Assert.All(batches, Parse);
    }

    [Fact]
    public void A_text_that_the_driver_would_damage_is_written_again_as_its_bytes_by_the_rows_key()
    {
        var table = new LegacyDatabase("D").AddTable("dbo", "T").Column("A", SqlType.Int).Column("B", SqlType.NVarChar(10))
            .Column("C", SqlType.NVarChar(SqlType.Max)).Index("UX", unique: true, "A", "B");
        table.Add(7, "k", "cut \uD83D");
        var told = new List<MalformedText>();
        using var rows = new BulkRows(table) { OnMalformedText = told.Add };
        Assert.True(rows.Read());
        rows.GetValues(new object[rows.FieldCount]);
        using var connection = new SqlConnection();

        using var command = TableLoader.Correct(connection, table, Assert.Single(told));

        Assert.Equal(
            "UPDATE [dbo].[T] SET [C] = CAST(@text AS nvarchar(max)) WHERE [A] = @key0 AND [B] = @key1", command.CommandText);
        Parse(command.CommandText);
        Assert.Equal("6300750074002000" + "3DD8", Convert.ToHexString((byte[])command.Parameters["@text"].Value));
        Assert.Equal([7, "k"], new[] { command.Parameters["@key0"].Value, command.Parameters["@key1"].Value });
    }

    [Fact]
    public void Without_a_unique_index_it_is_refused()
    {
        var table = new LegacyDatabase("D").AddTable("dbo", "T").Column("A", SqlType.NVarChar(10));
        table.Add("\uDC00");
        MalformedText? told = null;
        using var rows = new BulkRows(table) { OnMalformedText = t => told = t };
        Assert.True(rows.Read());
        rows.GetValue(0);
        using var connection = new SqlConnection();
        Assert.Throws<NotSupportedException>(() => TableLoader.Correct(connection, table, told!));
    }

    static void Parse(string batch)
    {
        new TSql110Parser(initialQuotedIdentifiers: true).Parse(new StringReader(batch), out var errors);
        Assert.True(errors.Count == 0, errors.Count == 0 ? "" : $"{errors[0].Message}\n{batch}");
    }
}
