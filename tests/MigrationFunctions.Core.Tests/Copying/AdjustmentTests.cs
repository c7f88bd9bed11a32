using System.Data;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Manifests;
using static MigrationFunctions.Core.Tests.Copying.Columns;

namespace MigrationFunctions.Core.Tests.Copying;

/// <summary>Every value that a rule changed is counted, once, and no other.</summary>
public sealed class AdjustmentTests
{
    static readonly DateTime Twice = new(2024, 11, 3, 1, 30, 0);
    static readonly DateTime Never = new(2024, 3, 10, 2, 30, 0);
    static readonly ColumnManifest Chicago = NoPolicies with { TimeZone = "America/Chicago" };
    static readonly ColumnManifest Later = Chicago with { AmbiguousTime = AmbiguousTimePolicy.Later };
    static readonly ColumnManifest Trim = NoPolicies with { Trim = TrimPolicy.End };

    static readonly ColumnManifest Remove =
        NoPolicies with { Nul = BadCharacterPolicy.Remove, LoneSurrogate = BadCharacterPolicy.Remove };

    static readonly ColumnManifest Replace =
        NoPolicies with { Nul = BadCharacterPolicy.Replace, LoneSurrogate = BadCharacterPolicy.Replace };

    static readonly ColumnManifest Renamed =
        NoPolicies with { Values = new Dictionary<string, string> { ["M"] = "male", ["X"] = "X" } };

    public static TheoryData<string, SqlDbType, int, string, ColumnManifest, object?, string> Values => new()
    {
        { "twice", SqlDbType.DateTime2, 0, "timestamptz", Chicago, Twice, "ambiguousTime" },
        { "twice, later", SqlDbType.DateTime2, 0, "timestamptz", Later, Twice, "ambiguousTime" },
        { "never", SqlDbType.DateTime, 0, "timestamptz", Chicago, Never, "skippedTime" },
        { "once", SqlDbType.DateTime2, 0, "timestamptz", Chicago, Never.AddHours(1), "" },
        { "as it is", SqlDbType.DateTime2, 0, "timestamp", NoPolicies, Never, "" },
        { "100 ns", SqlDbType.DateTime2, 0, "timestamp", NoPolicies, Never.AddTicks(1), "excessPrecision" },
        { "1 us", SqlDbType.DateTime2, 0, "timestamp", NoPolicies, Never.AddTicks(10), "" },
        { "100 ns, twice", SqlDbType.DateTime2, 0, "timestamptz", Chicago, Twice.AddTicks(1),
            "excessPrecision ambiguousTime" },
        { "time", SqlDbType.Time, 0, "time", NoPolicies, new TimeSpan(5), "excessPrecision" },
        { "offset", SqlDbType.DateTimeOffset, 0, "timestamptz", NoPolicies,
            new DateTimeOffset(Twice, TimeSpan.FromHours(-5)), "offsetDropped" },
        { "no offset", SqlDbType.DateTimeOffset, 0, "timestamptz", NoPolicies,
            new DateTimeOffset(Twice, TimeSpan.Zero), "" },
        { "trimmed", SqlDbType.VarChar, 9, "text", Trim, "a  ", "trimmed" },
        { "nothing to trim", SqlDbType.VarChar, 9, "text", Trim, " a", "" },
        { "padding", SqlDbType.Char, 9, "text", Trim, "a        ", "" },
        { "leading", SqlDbType.Char, 3, "text", NoPolicies with { Trim = TrimPolicy.Both }, " a ", "trimmed" },
        { "nul removed", SqlDbType.VarChar, -1, "text", Remove, "a\0b\0", "nulRemoved" },
        { "nul replaced", SqlDbType.NVarChar, 9, "text", Replace, "a\0b", "nulReplaced" },
        { "half removed", SqlDbType.NVarChar, -1, "text", Remove, "a\ud83d", "loneSurrogateRemoved" },
        { "half replaced", SqlDbType.NVarChar, -1, "text", Replace, "\ude00", "loneSurrogateReplaced" },
        { "as SqlClient has it", SqlDbType.NVarChar, 9, "text", Replace, "a\ufffd", "loneSurrogateReplaced" },
        { "both", SqlDbType.NVarChar, -1, "text", Remove, "\0\ud83d", "nulRemoved loneSurrogateRemoved" },
        { "a pair", SqlDbType.NVarChar, -1, "text", Remove, "\ud83d\ude00", "" },
        { "sentinel", SqlDbType.Int, 0, "int4", NoPolicies with { NullIf = ["0"] }, 0, "nullIf" },
        { "no sentinel", SqlDbType.Int, 0, "int4", NoPolicies with { NullIf = ["0"] }, 1, "" },
        { "renamed", SqlDbType.Char, 4, "text", Renamed, "M   ", "mappedValue" },
        { "listed as it is", SqlDbType.Char, 4, "text", Renamed, "X   ", "" },
        { "null", SqlDbType.DateTime2, 0, "timestamptz", Chicago, null, "" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_that_a_rule_changes_is_counted_under_column_and_rule(
        string what, SqlDbType type, int length, string target, ColumnManifest policies, object? value, string rules)
    {
        var slots = new AdjustmentSlots();
        var source = Source(type, length: length);
        var encoder = ColumnEncoders.Create(source, 0, Target(target), policies, slots).Encoder!;
        using var buffer = new TupleBuffer();
        for (var i = 0; i < 3; i++)
        {
            buffer.BeginRow(1);
            Assert.True(encoder.Encode(new TypedRow(Cell(value)), buffer) is null, what);
            buffer.EndRow();
        }

        Assert.Equal(
            rules.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order()
                .Select(r => KeyValuePair.Create($"value:{r}", 3L)),
            Counted(slots, buffer));
    }

    [Fact]
    public void A_row_that_is_rolled_back_or_forgotten_does_not_count()
    {
        var slots = new AdjustmentSlots();
        var slot = slots.Add("a", AdjustmentRules.Trimmed);
        using var buffer = new TupleBuffer();
        var ends = new List<int>();
        for (var row = 0; row < 1_000; row++)
        {
            buffer.BeginRow(0);
            buffer.Adjust(slot);
            if (row % 10 == 0)
                buffer.RollBackRow();
            else
                buffer.EndRow();
            ends.Add(buffer.Adjustments.Count);
        }

        Assert.Equal(900, Assert.Single(Counted(slots, buffer)).Value);
        buffer.Adjustments.Forget(ends[4], ends[5]);
        Assert.Equal(899, Assert.Single(Counted(slots, buffer)).Value);
        buffer.Reset();
        Assert.Empty(Counted(slots, buffer));
    }

    [Theory]
    [InlineData("ambiguousTime")]
    [InlineData("skippedTime")]
    public void Local_times_that_are_not_one_instant_are_rejected_where_the_manifest_says_so(string rule)
    {
        var policies = rule == "skippedTime"
            ? Chicago with { SkippedTime = SkippedTimePolicy.Reject }
            : Chicago with { AmbiguousTime = AmbiguousTimePolicy.Reject };
        var (bad, other) = rule == "skippedTime" ? (Never, Twice) : (Twice, Never);
        Assert.Equal(rule, Encode(Source(SqlDbType.DateTime2), Target("timestamptz"), TypedRow.Of(bad), policies).Rule);
        Assert.Null(Encode(Source(SqlDbType.DateTime2), Target("timestamptz"), TypedRow.Of(other), policies).Rule);
    }

    static TypedRow.Cell Cell(object? value) => value switch
    {
        DateTime time => TypedRow.Of(time),
        DateTimeOffset time => TypedRow.Of(time),
        TimeSpan time => TypedRow.Of(time),
        string text => TypedRow.Of(text),
        int number => TypedRow.Of(number),
        _ => TypedRow.Null(),
    };

    static IReadOnlyDictionary<string, long> Counted(AdjustmentSlots slots, TupleBuffer buffer)
    {
        var counts = new long[slots.Names.Count];
        buffer.Adjustments.AddTo(counts);
        return slots.Named(counts);
    }
}
