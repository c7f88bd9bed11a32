using CsCheck;
using MigrationFunctions.Telemetry;

namespace Migrate.Tests.Telemetry;

/// <summary>Statements in traces: every literal goes, every name stays.</summary>
public sealed class StatementTextTests
{
    [Theory]
    [InlineData("SELECT a1, $1, @p2 FROM t_3 WHERE x = 'O''Brien' LIMIT 10", "SELECT a1, $1, @p2 FROM t_3 WHERE x = ? LIMIT ?")]
    [InlineData("INSERT INTO \"t'1\" VALUES (E'a\\'b', -1.5e3, N'x')", "INSERT INTO \"t'1\" VALUES (?, -?, N?)")]
    [InlineData("SELECT $$it's$$, $tag$ 'a' $tag$ || $1", "SELECT ?, ? || $1")]
    [InlineData("SELECT 'never ended", "SELECT ?")]
    [InlineData("SELECT ARRAY['a', 'b'], 0x1F, x::numeric(4, 2)", "SELECT ARRAY[?, ?], ?, x::numeric(?, ?)")]
    [InlineData("SELECT $t1$O'Brien$t1$, $1", "SELECT ?, $1")]
    [InlineData("-- the tenant's rows\nSELECT 'Ann' -- don't", "-- the tenant's rows\nSELECT ? -- don't")]
    [InlineData("/* it's /* nested */ here's */ SELECT 'Ann' / 2", "/* it's /* nested */ here's */ SELECT ? / ?")]
    [InlineData("/* never ended 'Ann'", "/* never ended 'Ann'")]
    [InlineData("", "")]
    public void Literals_are_question_marks(string statement, string expected) =>
        Assert.Equal(expected, StatementText.Without(statement));

    [Fact]
    public void Whatever_stands_between_quotes_is_gone() =>
        Gen.String.Sample(value => Assert.Equal(
            "SELECT x FROM t WHERE a = ? AND b = ?",
            StatementText.Without(
                $"SELECT x FROM t WHERE a = '{value.Replace("'", "''", StringComparison.Ordinal)}' AND b = 1")));
}
