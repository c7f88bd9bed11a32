using LocalSqlServer.Types;

namespace LocalSqlServer.Tests;

/// <summary>How texts compare by collation, and whose collation counts where two meet.</summary>
public sealed class CollationTests(RelatedServer server) : IClassFixture<RelatedServer>
{
    [Theory]
    [InlineData("Latin1_General_CI_AS", "abc", "ABC  ", true)]
    [InlineData("Latin1_General_CI_AS", "e", "é", false)]
    [InlineData("Latin1_General_CI_AS", "A", "Ａ", true)]
    [InlineData("Latin1_General_CI_AS", "か", "カ", true)]
    [InlineData("Latin1_General_CI_AS", "か", "が", false)]
    [InlineData("Latin1_General_CI_AS_WS", "A", "Ａ", false)]
    [InlineData("Latin1_General_CI_AS_WS", "a", "A", true)]
    [InlineData("Latin1_General_CI_AS_WS", "か", "カ", true)]
    [InlineData("Latin1_General_CI_AS_KS_WS", "か", "カ", false)]
    [InlineData("Latin1_General_CI_AS_KS_WS", "a", "A", true)]
    [InlineData("Latin1_General_CS_AS", "a", "A", false)]
    [InlineData("Latin1_General_CS_AS", "A", "Ａ", true)]
    [InlineData("Latin1_General_CS_AI", "e", "é", true)]
    [InlineData("Latin1_General_CS_AI", "e", "É", false)]
    [InlineData("Latin1_General_CI_AI", "e", "É", true)]
    [InlineData("Latin1_General_100_CS_AS", "a", "A", false)]
    [InlineData("Latin1_General_100_CI_AI", "e", "É", true)]
    [InlineData("SQL_Latin1_General_CP1_CI_AI", "résumé", "RESUME", true)]
    [InlineData("Turkish_CI_AS", "i", "I", false)]
    [InlineData("Turkish_CI_AS", "ı", "I", true)]
    [InlineData("Turkish_CI_AS", "i", "İ", true)]
    [InlineData("Latin1_General_CI_AS", "i", "I", true)]
    [InlineData("Latin1_General_BIN", "a", "a  ", true)]
    [InlineData("Latin1_General_BIN2", "a", "a  ", true)]
    [InlineData("Latin1_General_BIN2", "a", " a", false)]
    [InlineData("Latin1_General_BIN2", "a", "A", false)]
    [InlineData("Latin1_General_CI_AS", "😀", "", true)]
    [InlineData("Latin1_General_CI_AS", "a😀", "a", true)]
    [InlineData("Latin1_General_CI_AS", "😀", "😁", true)]
    [InlineData("SQL_Latin1_General_CP1_CI_AS", "a😀 ", "A", true)]
    [InlineData("Latin1_General_100_CI_AS", "😀", "", false)]
    [InlineData("Latin1_General_100_CI_AS", "😀", "😁", false)]
    [InlineData("Latin1_General_100_CI_AS", "a😀", "A😀 ", true)]
    [InlineData("Latin1_General_100_CI_AS", "𝐀", "A", false)]
    [InlineData("Latin1_General_100_CI_AS_SC", "😀", "😁", false)]
    [InlineData("Latin1_General_BIN2", "😀", "", false)]
    public void Texts_are_equal_or_not_by_collation_and_so_are_their_hashes(string name, string left, string right, bool equal)
    {
        var collation = Collation.Get(name);
        Assert.Equal(equal, collation.Compare(left, right) == 0);
        Assert.Equal(equal, collation.Compare(right, left) == 0);
        Assert.Equal(equal, collation.Hash(left) == collation.Hash(right));
    }

    [Theory]
    [InlineData("Latin1_General_BIN2", "\u0100b", "\u00ffb", 1)]
    [InlineData("Latin1_General_BIN2", "aĀ", "aÿ", 1)]
    [InlineData("Latin1_General_BIN", "aĀ", "aÿ", -1)]
    [InlineData("Latin1_General_BIN2", "a\t", "a", -1)]
    public void Binary_collations_order_code_units_the_old_one_bytes(string name, string left, string right, int expected) =>
        Assert.Equal(expected, Math.Sign(Collation.Get(name).Compare(left, right)));

    [Fact]
    public void A_binary_collation_orders_varchar_by_the_bytes_of_its_code_page()
    {
        var binary = Collation.Get("Latin1_General_BIN2");
        Assert.Equal(-1, Order(SqlType.VarChar(5, binary)));
        Assert.Equal(1, Order(SqlType.NVarChar(5, binary)));

        static int Order(SqlType type) => Math.Sign(ValueComparer.For(type).Compare(SqlValue.From("€"), SqlValue.From("é")));
    }

    [Fact]
    public void Every_collation_is_known_on_the_wire()
    {
        var all = Collation.Names.Select(Collation.Get).ToList();
        Assert.All(all, c => Assert.Equal(
            (c.Flags, c.SortId, c.CodePage),
            Collation.FromWire(c.Flags, c.SortId) is var found ? (found.Flags, found.SortId, found.CodePage) : default));
    }

    [Fact]
    public void Half_a_pair_of_surrogates_is_nothing_to_version_0_and_a_character_to_the_later_ones()
    {
        Assert.Equal(0, Collation.Get("Latin1_General_CI_AS").Compare("a\ud83d", "a"));
        Assert.NotEqual(0, Collation.Get("Latin1_General_100_CI_AS").Compare("a\ud83d", "a\ud83e"));
        Assert.NotEqual(0, Collation.Get("Latin1_General_BIN2").Compare("a\ud83d", "a"));
    }

    [Theory]
    [InlineData("[Ref] = [Greek]", 468)]
    [InlineData("[Ref] < [Greek]", 468)]
    [InlineData("[Ref] LIKE [Greek]", 468)]
    [InlineData("[Ref] IN (N'a', [Greek])", 468)]
    [InlineData("[Ref] + N'x' = [Greek] + N'x'", 468)]
    [InlineData("[Ref] + [Greek] = N'x'", 468)]
    [InlineData("UPPER([Ref]) = [Greek]", 468)]
    [InlineData("CAST([Note] AS nvarchar(20)) = [Greek]", 468)]
    [InlineData("[Ref] IN (SELECT [Greek] FROM [dbo].[Child])", 468)]
    [InlineData("[Ref] COLLATE Latin1_General_CI_AS = [Greek] COLLATE Greek_CI_AS", 449)]
    [InlineData("[Ref] = [Greek] COLLATE No_Such_CI_AS", 448)]
    [InlineData("[Id] COLLATE Latin1_General_CI_AS = N'1'", 447)]
    [InlineData("[Ref] = [Greek] COLLATE Latin1_General_CI_AS", 0)]
    [InlineData("[Ref] COLLATE Greek_CI_AS = [Greek]", 0)]
    [InlineData("[Ref] + [Greek] COLLATE Greek_CI_AS = [Greek]", 0)]
    [InlineData("[Ref] COLLATE Greek_CI_AS = N'y' COLLATE Greek_CI_AS", 0)]
    [InlineData("CAST([Id] AS nvarchar(20)) = [Greek]", 0)]
    [InlineData("N'x' = [Greek] AND [Ref] = N'x' AND @p = [Greek] AND [Ref] = @p", 0)]
    public async Task Two_columns_of_different_collations_need_a_collate(string condition, int number)
    {
        var sql = $"SELECT COUNT(*) FROM [dbo].[Child] WHERE {condition}";
        if (number == 0)
            Assert.Equal("0", await server.TextAsync(sql, ("@p", "x")));
        else
            Assert.Equal(number, await server.ErrorAsync(sql, ("@p", "x")));
    }

    [Theory]
    [InlineData("SELECT [Ref] + [Greek] FROM [dbo].[Child]", 451)]
    [InlineData("SELECT CASE WHEN [Id] = 1 THEN [Ref] ELSE [Greek] END FROM [dbo].[Child]", 451)]
    [InlineData("SELECT [Ref] FROM [dbo].[Child] UNION SELECT [Greek] FROM [dbo].[Child]", 468)]
    [InlineData("SELECT [Ref] FROM [dbo].[Child] UNION ALL SELECT [Greek] FROM [dbo].[Child]", 451)]
    [InlineData("SELECT MIN([Ref] + [Greek]) FROM [dbo].[Child]", 468)]
    [InlineData("SELECT COUNT(*) FROM [dbo].[Child] GROUP BY [Ref] + [Greek]", 468)]
    [InlineData(
        "SELECT 1 FROM (SELECT [Ref] COLLATE Latin1_General_CI_AS AS a FROM [dbo].[Child]) AS x JOIN [dbo].[Child] AS c ON x.a = c.[Greek]",
        468)]
    public async Task A_contradiction_shows_where_it_comes_to_light(string sql, int number) =>
        Assert.Equal(number, await server.ErrorAsync(sql));

    [Theory]
    [InlineData("[Greek] = N'Α'", "1,2")]
    [InlineData("[Greek] = CAST(N'α' AS nvarchar(10)) COLLATE Greek_CI_AS", "1,2")]
    [InlineData("[Greek] COLLATE Latin1_General_BIN2 = N'α'", "1")]
    [InlineData("[Ref] = N'A' COLLATE Latin1_General_BIN2", "4,6")]
    [InlineData("[Ref] = N'A' AND [Id] IN (1, 4)", "1,4")]
    public async Task A_literal_takes_the_collation_of_what_it_meets(string condition, string expected) => Assert.Equal(
        expected,
        string.Join(',', (await server.QueryAsync($"SELECT [Id] FROM [dbo].[Child] WHERE {condition} ORDER BY [Id]")).Select(r => r[0])));

    [Theory]
    [InlineData("ComparisonStyle", "Latin1_General_CI_AS", 196609)]
    [InlineData("ComparisonStyle", "Latin1_General_CI_AI", 196611)]
    [InlineData("ComparisonStyle", "Latin1_General_CS_AS", 196608)]
    [InlineData("ComparisonStyle", "Latin1_General_CI_AS_KS_WS", 1)]
    [InlineData("ComparisonStyle", "Latin1_General_100_BIN2", 0)]
    [InlineData("CodePage", "Turkish_CI_AS", 1254)]
    [InlineData("LCID", "Greek_CI_AS", 1032)]
    [InlineData("Version", "Latin1_General_100_CI_AS", 2)]
    [InlineData("Version", "SQL_Latin1_General_CP1_CI_AS", 0)]
    [InlineData("ComparisonStyle", "No_Such_CI_AS", null)]
    public async Task A_collation_tells_its_properties(string property, string name, int? expected) => Assert.Equal(
        (object?)expected ?? DBNull.Value,
        (await server.QueryAsync("SELECT COLLATIONPROPERTY(@name, @property)", ("@name", name), ("@property", property)))[0][0]);
}
