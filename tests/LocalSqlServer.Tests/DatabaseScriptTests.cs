using LocalSqlServer.Ddl;
using LocalSqlServer.SchoolDatabase;
using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using Microsoft.Data.SqlClient;

namespace LocalSqlServer.Tests;

/// <summary>The script for a real SQL Server describes the database that the stand-in serves. No server runs it here: it is
/// parsed with the grammar of SQL Server 2012, and what the parser understood is held against the stand-in's
/// catalogue.</summary>
public sealed class DatabaseScriptTests
{
    public static TheoryData<string> Databases => ["school", "every type", "odd names", "two cases"];

    [Theory]
    [MemberData(nameof(Databases))]
    public void Every_batch_is_t_sql_of_sql_server_2012(string name)
    {
        var database = Database(name);
        string[] batches =
        [
            .. DatabaseScript.Create(database, "o'dd]name"), .. DatabaseScript.Tables(database),
            .. DatabaseScript.Views(database), .. DatabaseScript.ForeignKeys(database), DatabaseScript.Drop("o'dd]name"),
        ];
        Assert.All(batches, batch => ScriptCatalogue.Parse(batch));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task It_makes_the_columns_indexes_and_foreign_keys_that_the_catalogue_shows(string name)
    {
        var database = Database(name);
        var script = new ScriptCatalogue();
        string[] batches =
            [.. DatabaseScript.Tables(database), .. DatabaseScript.Views(database), .. DatabaseScript.ForeignKeys(database)];
        foreach (var batch in batches)
            script.Read(batch);
        await using var server = await TestServer.StartAsync(database);
        await using var connection = new SqlConnection(server.ConnectionString + ";Pooling=False");
        await connection.OpenAsync();

        Assert.Equal(await ListAsync(connection, Columns), script.Columns);
        Assert.Equal(await ListAsync(connection, Indexes), script.Indexes);
        Assert.Equal(await ListAsync(connection, ForeignKeys), script.ForeignKeys);
        Assert.Equal(await ListAsync(connection, "SELECT name FROM sys.views ORDER BY object_id"), script.Views);
        Assert.NotEmpty(script.Columns);
    }

    [Fact]
    public void Orphans_are_let_in_where_the_generator_makes_them_and_nowhere_else()
    {
        var keys = DatabaseScript.ForeignKeys(Database("school")).ToList();
        Assert.Contains(keys, k => k.Contains("[Enrollment] WITH NOCHECK", StringComparison.Ordinal)
            && k.Contains("[FK_Enrollment_StudentID]", StringComparison.Ordinal));
        Assert.Contains(keys, k => k.Contains("[School] WITH CHECK", StringComparison.Ordinal));
    }

    /// <summary>What WITH CHECK would find on a real server.</summary>
    [Fact]
    public void No_row_of_the_school_database_breaks_a_trusted_foreign_key()
    {
        var database = Database("school");
        var trusted = database.Tables.SelectMany(t => t.ForeignKeys.Where(k => k.Trusted).Select(k => (Table: t, Key: k))).ToList();
        Assert.NotEmpty(trusted);
        foreach (var (table, key) in trusted)
        {
            var parents = Values(database.Table(key.ReferencedTable), key.ReferencedColumns[0]).ToHashSet();
            Assert.All(Values(table, key.Columns[0]), value => Assert.True(value is null || parents.Contains(value), key.Name));
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Isolation_is_as_the_stand_in_says(bool snapshot, bool readCommittedSnapshot)
    {
        var database = new LegacyDatabase("D", Collation.Get("Polish_CI_AS"))
        {
            SnapshotIsolation = snapshot, ReadCommittedSnapshot = readCommittedSnapshot,
        };
        var script = string.Join('\n', DatabaseScript.Create(database, "d"));
        Assert.Contains($"ALLOW_SNAPSHOT_ISOLATION {(snapshot ? "ON" : "OFF")}", script, StringComparison.Ordinal);
        Assert.Contains($"READ_COMMITTED_SNAPSHOT {(readCommittedSnapshot ? "ON" : "OFF")}", script, StringComparison.Ordinal);
        Assert.Contains("COLLATE Polish_CI_AS", script, StringComparison.Ordinal);
    }

    const string Columns =
        """
        SELECT s.name + '.' + o.name + '.' + c.name + ' ' + t.name + ' ' + CAST(c.max_length AS varchar(10)) + ' '
               + CAST(c.precision AS varchar(10)) + ',' + CAST(c.scale AS varchar(10)) + ' ' + ISNULL(c.collation_name, '-')
               + ' null' + CAST(CAST(c.is_nullable AS int) AS varchar(1)) + ' identity' + CAST(CAST(c.is_identity AS int) AS varchar(1))
        FROM sys.columns AS c
        JOIN sys.objects AS o ON o.object_id = c.object_id
        JOIN sys.schemas AS s ON s.schema_id = o.schema_id
        JOIN sys.types AS t ON t.user_type_id = c.system_type_id
        WHERE o.type <> 'V'
        ORDER BY c.object_id, c.column_id
        """;

    const string Indexes =
        """
        SELECT s.name + '.' + o.name + '.' + i.name + ' ' + i.type_desc COLLATE DATABASE_DEFAULT
               + ' unique' + CAST(CAST(i.is_unique AS int) AS varchar(1))
               + ' primary' + CAST(CAST(i.is_primary_key AS int) AS varchar(1)) + ' ' + CAST(k.key_ordinal AS varchar(3)) + ' ' + c.name
        FROM sys.indexes AS i
        JOIN sys.objects AS o ON o.object_id = i.object_id
        JOIN sys.schemas AS s ON s.schema_id = o.schema_id
        JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
        JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
        ORDER BY i.object_id, i.index_id, k.key_ordinal
        """;

    const string ForeignKeys =
        """
        SELECT f.name + ' ' + p.name + '.' + pc.name + ' ' + r.name + '.' + rc.name + ' untrusted'
               + CAST(CAST(f.is_not_trusted AS int) AS varchar(1))
        FROM sys.foreign_keys AS f
        JOIN sys.foreign_key_columns AS k ON k.constraint_object_id = f.object_id
        JOIN sys.objects AS p ON p.object_id = k.parent_object_id
        JOIN sys.objects AS r ON r.object_id = k.referenced_object_id
        JOIN sys.columns AS pc ON pc.object_id = k.parent_object_id AND pc.column_id = k.parent_column_id
        JOIN sys.columns AS rc ON rc.object_id = k.referenced_object_id AND rc.column_id = k.referenced_column_id
        ORDER BY f.parent_object_id, f.object_id
        """;

    static async Task<List<string>> ListAsync(SqlConnection connection, string sql) =>
        [.. (await TestServer.QueryAsync(connection, sql)).Select(row => (string)row[0])];

    static IEnumerable<object?> Values(LegacyTable table, string column)
    {
        var row = new SqlValue[table.Columns.Count];
        var at = table.Ordinal(column);
        for (long i = 0; i < table.Current.Count; i++)
        {
            table.Current.Read(i, ulong.MaxValue, row);
            yield return row[at].IsNull ? null : row[at].Number;
        }
    }

    static LegacyDatabase Database(string name) => name switch
    {
        "school" => SchoolDatabase.SchoolDatabase.Create(new SchoolOptions(Seed: 9, Rows: 4_000, Districts: 4, Assessments: 5_000)),
        "every type" => EveryType(),
        "two cases" => TwoCases(),
        _ => OddNames(),
    };

    static LegacyDatabase TwoCases()
    {
        var sensitive = Collation.Get("Latin1_General_CS_AS");
        var database = new LegacyDatabase("Sensitive", sensitive);
        var table = database.AddTable("dbo", "T").Column("Name", SqlType.NVarChar(20, sensitive)).Column("name", SqlType.Int)
            .PrimaryKey("name");
        database.AddTable("Dbo", "t").Column("Name", SqlType.Int);
        database.AddView("dbo", "V", over: table);
        return database;
    }

    static LegacyDatabase EveryType()
    {
        var database = new LegacyDatabase("Types");
        var table = database.AddTable("dbo", "T").Column("Id", SqlType.Int, identity: true).Column("Ver", SqlType.RowVersion);
        foreach (var (type, i) in TypeTests.Cases.Select((c, i) => (c.Type, i)))
            table.Column($"C{i}", type, nullable: i % 2 == 0);
        table.PrimaryKey("Id");
        return database;
    }

    static LegacyDatabase OddNames()
    {
        var database = new LegacyDatabase("Odd");
        database.AddTable("other]", "par'ent").Column("a]b", SqlType.Int).PrimaryKey("a]b");
        database.AddTable("dbo", "child table").Column("select", SqlType.Int, nullable: true).Column("B", SqlType.Int)
            .Index("odd]index", unique: false, "B", "select")
            .References("select", "other].par'ent", "a]b");
        return database;
    }
}
