using System.Data.SqlTypes;
using CsCheck;
using LocalSqlServer.Types;

namespace LocalSqlServer.Tests;

public sealed class OrderTests
{
    [Fact]
    public void Identifiers_sort_as_SqlGuid_does()
    {
        var comparer = ValueComparer.For(SqlType.UniqueIdentifier);
        Gen.Select(Gen.Guid, Gen.Guid, Gen.Int[0, 15]).Sample((left, right, same) =>
        {
            // Identifiers that differ in one byte only reach the order of every byte group.
            var bytes = left.ToByteArray();
            bytes[same] = right.ToByteArray()[same];
            var near = new Guid(bytes);
            return Math.Sign(comparer.Compare(SqlValue.From(left), SqlValue.From(right)))
                    == Math.Sign(new SqlGuid(left).CompareTo(new SqlGuid(right)))
                && Math.Sign(comparer.Compare(SqlValue.From(left), SqlValue.From(near)))
                    == Math.Sign(new SqlGuid(left).CompareTo(new SqlGuid(near)));
        });
    }

    [Theory]
    [InlineData("SQL_Latin1_General_CP1_CI_AS", "abc", "ABC  ", 0)]
    [InlineData("SQL_Latin1_General_CP1_CI_AS", "a", "B", -1)]
    [InlineData("SQL_Latin1_General_CP1_CI_AS", "e", "é", -1)]
    [InlineData("SQL_Latin1_General_CP1_CS_AS", "a", "A", -1)]
    [InlineData("Latin1_General_CI_AI", "résumé", "RESUME", 0)]
    [InlineData("Latin1_General_BIN2", "a", "B", 1)]
    [InlineData("Latin1_General_BIN2", "a ", "a", 0)]
    public void Text_compares_by_its_collation(string collation, string left, string right, int expected)
    {
        var found = Collation.Get(collation);
        Assert.Equal(expected, Math.Sign(found.Compare(left, right)));
        if (expected == 0)
            Assert.Equal(found.Hash(left), found.Hash(right));
    }

    [Fact]
    public void Every_tick_of_datetime_survives_its_two_numbers() =>
        Gen.Select(Gen.Int[-53690, 2958463], Gen.Int[0, 25_919_999]).Sample((days, parts) =>
            DateTimeMath.ToDateTimeParts(DateTimeMath.FromDateTimeParts(days, parts)) == (days, parts));
}
