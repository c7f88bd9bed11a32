using System.Data;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using static MigrationFunctions.Core.Tests.Copying.Columns;

namespace MigrationFunctions.Core.Tests.Copying;

public sealed class PolicyTests
{
    [Theory]
    [InlineData(SqlDbType.Int, "bool")]
    [InlineData(SqlDbType.Int, "float8")]
    [InlineData(SqlDbType.Bit, "text")]
    [InlineData(SqlDbType.Decimal, "float8")]
    [InlineData(SqlDbType.Decimal, "int4")]
    [InlineData(SqlDbType.Money, "money")]
    [InlineData(SqlDbType.Float, "float4")]
    [InlineData(SqlDbType.Float, "numeric")]
    [InlineData(SqlDbType.Date, "time")]
    [InlineData(SqlDbType.DateTimeOffset, "timestamp")]
    [InlineData(SqlDbType.Time, "timetz")]
    [InlineData(SqlDbType.NVarChar, "int4")]
    [InlineData(SqlDbType.NVarChar, "jsonb")]
    [InlineData(SqlDbType.Timestamp, "timestamp")]
    [InlineData(SqlDbType.VarBinary, "text")]
    [InlineData(SqlDbType.UniqueIdentifier, "bytea")]
    [InlineData(SqlDbType.Variant, "text")]
    [InlineData(SqlDbType.Udt, "text")]
    public void Pairs_that_lose_something_are_refused_with_a_remedy(SqlDbType source, string target)
    {
        var (encoder, problem) =
            ColumnEncoders.Create(Source(source, precision: 10), 0, Target(target), NoPolicies, new());
        Assert.Null(encoder);
        Assert.Equal(ErrorCodes.UnsupportedConversion, problem!.Code);
        Assert.NotEmpty(problem.Remedy);
    }

    public static TheoryData<SqlDbType, string, ColumnManifest, string> Misfits => new()
    {
        { SqlDbType.Int, "int4", NoPolicies with { Trim = TrimPolicy.End }, ErrorCodes.PolicyDoesNotFit },
        { SqlDbType.Int, "int4", NoPolicies with { Nul = BadCharacterPolicy.Remove }, ErrorCodes.PolicyDoesNotFit },
        { SqlDbType.Int, "int4", NoSurrogate, ErrorCodes.PolicyDoesNotFit },
        { SqlDbType.Int, "text", NoPolicies with { Values = Values("1", "one") }, ErrorCodes.PolicyDoesNotFit },
        { SqlDbType.Int, "int4", NoPolicies with { TimeZone = "UTC" }, ErrorCodes.PolicyDoesNotFit },
        { SqlDbType.DateTime, "timestamp", NoPolicies with { TimeZone = "UTC" }, ErrorCodes.PolicyDoesNotFit },
        { SqlDbType.DateTimeOffset, "timestamptz", NoPolicies with { TimeZone = "UTC" }, ErrorCodes.PolicyDoesNotFit },
        { SqlDbType.DateTime, "date", Excess, ErrorCodes.PolicyDoesNotFit },
        { SqlDbType.NVarChar, "text", Excess, ErrorCodes.PolicyDoesNotFit },
        { SqlDbType.DateTime, "timestamptz", NoPolicies, ErrorCodes.TimeZoneMissing },
        { SqlDbType.DateTime, "timestamptz", Mars, ErrorCodes.ValueDoesNotFit },
        { SqlDbType.Int, "int4", NoPolicies with { NullIf = ["x"] }, ErrorCodes.ValueDoesNotFit },
        { SqlDbType.Date, "date", NoPolicies with { NullIf = ["9999-12-31T23:59:59"] }, ErrorCodes.ValueDoesNotFit },
        { SqlDbType.TinyInt, "int2", NoPolicies with { NullIf = ["-1"] }, ErrorCodes.ValueDoesNotFit },
        { SqlDbType.Char, "varchar", NoPolicies with { Values = Values("M", "male") }, ErrorCodes.ValueDoesNotFit },
        { SqlDbType.Char, "text", NoPolicies with { Values = Values("M", "\0") }, ErrorCodes.ValueDoesNotFit },
        { SqlDbType.Char, "text", Twice, ErrorCodes.ValueDoesNotFit },
    };

    static ColumnManifest NoSurrogate => NoPolicies with { LoneSurrogate = BadCharacterPolicy.Remove };

    static ColumnManifest Twice => NoPolicies with { Values = Values("M", "a", "M ", "b") };

    static ColumnManifest Mars => NoPolicies with { TimeZone = "Mars/Olympus" };

    static ColumnManifest Excess => NoPolicies with { ExcessPrecision = ExcessPrecisionPolicy.Reject };

    [Theory]
    [MemberData(nameof(Misfits))]
    public void A_policy_that_says_nothing_about_the_types_is_a_problem(
        SqlDbType source, string target, ColumnManifest policies, string code)
    {
        var column = Target(target, length: target == "varchar" ? 2 : 0);
        var (encoder, problem) = ColumnEncoders.Create(Source(source), 0, column, policies, new());
        Assert.Null(encoder);
        Assert.Equal(code, problem!.Code);
    }

    static Dictionary<string, string> Values(params string[] pairs) =>
        pairs.Chunk(2).ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
}
