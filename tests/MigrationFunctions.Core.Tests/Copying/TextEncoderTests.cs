using System.Data;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using static MigrationFunctions.Core.Tests.Copying.Columns;

namespace MigrationFunctions.Core.Tests.Copying;

public sealed class TextEncoderTests
{
    static readonly SourceColumn Name = Source(SqlDbType.NVarChar, length: 100);

    [Theory]
    [InlineData("text")]
    [InlineData("varchar")]
    [InlineData("bpchar")]
    [InlineData("citext")]
    [InlineData("xml")]
    public void Text_without_a_limit_is_stored_as_it_is(string type)
    {
        const string Value = " Ångström 学校 🎓  ";
        Assert.Equal(Value, Text(EncodeGood(Name, Target(type), TypedRow.Of(Value))));
    }

    [Theory]
    [InlineData("🎓🎓🎓", null)]
    [InlineData("🎓🎓🎓a", RejectRules.TooLong)]
    [InlineData("abc", null)]
    [InlineData("abc ", RejectRules.TooLong)]
    [InlineData("abcd", RejectRules.TooLong)]
    public void A_limit_counts_code_points_not_utf16_units(string value, string? rule) =>
        Assert.Equal(rule, Encode(Name, Target("varchar", length: 3), TypedRow.Of(value)).Rule);

    [Theory]
    [InlineData("ab", "ab  ")]
    [InlineData("", "    ")]
    [InlineData("abcd      ", "abcd")]
    [InlineData("🎓", "🎓   ")]
    [InlineData(" a b", " a b")]
    public void Bpchar_is_padded_as_PostgreSQL_stores_it(string value, string stored) =>
        Assert.Equal(stored, Text(EncodeGood(Name, Target("bpchar", length: 4), TypedRow.Of(value))));

    [Theory]
    [InlineData(TrimPolicy.None, "  a  ", "  a  ")]
    [InlineData(TrimPolicy.End, "  a  ", "  a")]
    [InlineData(TrimPolicy.Both, "  a  ", "a")]
    [InlineData(TrimPolicy.Both, "\ta\t ", "\ta\t")]
    [InlineData(TrimPolicy.Both, "    ", "")]
    public void Trimming_takes_spaces_only(TrimPolicy trim, string value, string stored)
    {
        var policies = NoPolicies with { Trim = trim };
        Assert.Equal(stored, Text(EncodeGood(Name, Target("text"), TypedRow.Of(value), policies)));
    }

    [Fact]
    public void Trimming_comes_before_the_limit()
    {
        var trimmed = NoPolicies with { Trim = TrimPolicy.End };
        Assert.Equal("abc", Text(EncodeGood(Name, Target("varchar", length: 3), TypedRow.Of("abc   "), trimmed)));
    }

    [Theory]
    [InlineData(BadCharacterPolicy.Remove, "ab")]
    [InlineData(BadCharacterPolicy.Replace, "a\uFFFDb")]
    public void Nul_and_lone_surrogates_are_removed_or_replaced(BadCharacterPolicy policy, string stored)
    {
        var policies = NoPolicies with { Nul = policy, LoneSurrogate = policy };
        foreach (var bad in new[] { '\0', '\uD83C', '\uDF93' })
            Assert.Equal(stored, Text(EncodeGood(Name, Target("text"), TypedRow.Of($"a{bad}b"), policies)));
    }

    [Fact]
    public void Nul_and_lone_surrogates_are_rejected_unless_the_manifest_says_otherwise()
    {
        Assert.Equal(RejectRules.NulCharacter, Encode(Name, Target("text"), TypedRow.Of("a\0")).Rule);
        Assert.Equal(RejectRules.LoneSurrogate, Encode(Name, Target("text"), TypedRow.Of("\uDF93\uD83C")).Rule);
        var removesNul = NoPolicies with { Nul = BadCharacterPolicy.Remove };
        var both = TypedRow.Of("\0\uD83C");
        Assert.Equal(RejectRules.LoneSurrogate, Encode(Name, Target("text"), both, removesNul).Rule);
        var removesSurrogates = NoPolicies with { LoneSurrogate = BadCharacterPolicy.Remove };
        Assert.Equal(RejectRules.NulCharacter, Encode(Name, Target("text"), both, removesSurrogates).Rule);
    }

    [Fact]
    public void A_replacement_character_may_be_half_a_pair_where_the_client_decodes_so()
    {
        var longText = Name with { Length = -1 };
        Assert.Equal(RejectRules.LoneSurrogate, Encode(Name, Target("text"), TypedRow.Of("a\uFFFD")).Rule);
        Assert.Equal("a\uFFFD", Text(EncodeGood(longText, Target("text"), TypedRow.Of("a\uFFFD"))));
        var replaces = NoPolicies with { LoneSurrogate = BadCharacterPolicy.Replace };
        Assert.Equal("a\uFFFD", Text(EncodeGood(Name, Target("text"), TypedRow.Of("a\uFFFD"), replaces)));
        var removes = NoPolicies with { LoneSurrogate = BadCharacterPolicy.Remove };
        Assert.Equal("a", Text(EncodeGood(Name, Target("text"), TypedRow.Of("a\uFFFD"), removes)));
    }

    [Fact]
    public void Two_surrogates_that_removal_brings_together_are_not_made_a_pair()
    {
        var policies = NoPolicies with { Nul = BadCharacterPolicy.Remove, LoneSurrogate = BadCharacterPolicy.Replace };
        Assert.Equal("\uFFFD\uFFFD", Text(EncodeGood(Name, Target("text"), TypedRow.Of("\uD83C\0\uDF93"), policies)));
    }

    [Fact]
    public void Removal_comes_before_trim_and_limit()
    {
        var policies = NoPolicies with { Nul = BadCharacterPolicy.Remove, Trim = TrimPolicy.End };
        Assert.Equal("abc", Text(EncodeGood(Name, Target("varchar", length: 3), TypedRow.Of("abc \0"), policies)));
    }

    [Fact]
    public void Values_are_renamed_and_others_rejected()
    {
        var values = new Dictionary<string, string> { ["M"] = "male", ["F "] = "female" };
        var policies = NoPolicies with { Values = values };
        Assert.Equal("male", Text(EncodeGood(Name, Target("text"), TypedRow.Of("M  "), policies)));
        Assert.Equal("female ", Text(EncodeGood(Name, Target("bpchar", length: 7), TypedRow.Of("F"), policies)));
        Assert.Equal(RejectRules.UnmappedValue, Encode(Name, Target("text"), TypedRow.Of("m"), policies).Rule);
        Assert.Null(EncodeGood(Name, Target("text"), TypedRow.Null(), policies));
    }

    [Fact]
    public void An_xml_declaration_is_rejected_because_its_encoding_would_be_taken_at_its_word()
    {
        Assert.Equal(
            RejectRules.XmlDeclaration,
            Encode(Name, Target("xml"), TypedRow.Of("<?xml version=\"1.0\" encoding=\"utf-16\"?><a/>")).Rule);
        Assert.Equal("<a/>", Text(EncodeGood(Source(SqlDbType.Xml), Target("xml"), TypedRow.Of("<a/>"))));
    }

    [Fact]
    public void Reasons_never_quote_the_value()
    {
        var (encoder, _) = ColumnEncoders.Create(Name, 0, Target("varchar", length: 3), NoPolicies, new());
        using var buffer = new TupleBuffer();
        buffer.BeginRow(1);
        var reason = encoder!.Encode(new TypedRow(TypedRow.Of("Montgomery")), buffer)!;
        Assert.DoesNotContain("Montgomery", reason.ToString(), StringComparison.Ordinal);
    }

    static string Text(byte[]? field) => PgCopyDecoder.Text(field);
}
