using System.Globalization;
using System.Text;

namespace LocalSqlServer.Types;

/// <summary>
/// A collation: how text compares and sorts, and which code page a char or varchar column travels in.
/// The five bytes on the wire are those of MS-TDS section 2.2.5.1.2 (locale, comparison flags, version, sort id).
/// </summary>
public sealed class Collation
{
    const uint IgnoreCaseFlag = 1u << 20;
    const uint IgnoreAccentFlag = 1u << 21;
    const uint IgnoreWidthFlag = 1u << 22;
    const uint IgnoreKanaFlag = 1u << 23;
    const uint Binary2Flag = 1u << 25;
    const uint Utf8Flag = 1u << 26;

    static readonly CompareInfo Linguistic = CultureInfo.GetCultureInfo("en-US").CompareInfo;
    static readonly Dictionary<string, Collation> Known = CreateKnown().ToDictionary(
        c => c.Name, StringComparer.OrdinalIgnoreCase);

    readonly CompareOptions _options;

    Collation(string name, uint flags, byte sortId, int codePage)
    {
        Name = name;
        Flags = flags;
        SortId = sortId;
        CodePage = codePage;
        IsBinary = (flags & Binary2Flag) != 0;
        _options = Options(flags);
        Encoding = codePage == Encoding.UTF8.CodePage
            ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)
            : CodePagesEncodingProvider.Instance.GetEncoding(codePage)
                ?? throw new NotSupportedException($"Code page {codePage} of collation {name} is not available");
    }

    /// <summary>The collation of a SQL Server installed in the United States: code page 1252, case-insensitive.</summary>
    public static Collation Default => Known["SQL_Latin1_General_CP1_CI_AS"];

    /// <summary>The names that <see cref="Get"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    public string Name { get; }

    /// <summary>Code page of char and varchar values; 65001 for a UTF-8 collation.</summary>
    public int CodePage { get; }

    /// <summary>Whether text compares by code unit rather than by the rules of a language.</summary>
    public bool IsBinary { get; }

    internal uint Flags { get; }

    internal byte SortId { get; }

    internal Encoding Encoding { get; }

    /// <summary>Finds a collation by its name, without regard to case.</summary>
    /// <exception cref="ArgumentException">The stand-in does not know the collation; the message lists those it knows.</exception>
    public static Collation Get(string name) =>
        TryGet(name) ?? throw new ArgumentException(
            $"Collation '{name}' is not known to the stand-in. Known: {string.Join(", ", Known.Keys)}.", nameof(name));

    internal static Collation? TryGet(string name) => Known.GetValueOrDefault(name);

    /// <summary>The collation that a client's parameter names on the wire, or one that has its code page.</summary>
    internal static Collation FromWire(uint flags, byte sortId)
    {
        var match = Known.Values.FirstOrDefault(c => c.Flags == flags && c.SortId == sortId);
        if (match is not null)
            return match;
        return (flags & Utf8Flag) != 0
            ? Known["Latin1_General_100_CI_AS_SC_UTF8"]
            : Known.Values.FirstOrDefault(c => (c.Flags & 0xFFFFF) == (flags & 0xFFFFF) && c.SortId == 0) ?? Default;
    }

    /// <summary>Compares as SQL Server does: trailing spaces do not count, the shorter text is padded with them.</summary>
    public int Compare(string left, string right)
    {
        var a = left.AsSpan().TrimEnd(' ');
        var b = right.AsSpan().TrimEnd(' ');
        return IsBinary ? a.SequenceCompareTo(b) : Linguistic.Compare(a, b, _options);
    }

    /// <summary>A hash that is equal for texts that <see cref="Compare"/> calls equal.</summary>
    public int Hash(string text)
    {
        var trimmed = text.AsSpan().TrimEnd(' ');
        return IsBinary ? string.GetHashCode(trimmed) : Linguistic.GetHashCode(trimmed, _options);
    }

    internal bool CharEquals(char left, char right) =>
        left == right || (!IsBinary && Linguistic.Compare([left], [right], _options) == 0);

    public override string ToString() => Name;

    static CompareOptions Options(uint flags)
    {
        var options = CompareOptions.None;
        if ((flags & IgnoreCaseFlag) != 0)
            options |= CompareOptions.IgnoreCase;
        if ((flags & IgnoreAccentFlag) != 0)
            options |= CompareOptions.IgnoreNonSpace;
        if ((flags & IgnoreWidthFlag) != 0)
            options |= CompareOptions.IgnoreWidth;
        if ((flags & IgnoreKanaFlag) != 0)
            options |= CompareOptions.IgnoreKanaType;
        return options;
    }

    static IEnumerable<Collation> CreateKnown()
    {
        const uint InsensitiveToCase = IgnoreCaseFlag | IgnoreWidthFlag | IgnoreKanaFlag;
        const uint SensitiveToCase = IgnoreWidthFlag | IgnoreKanaFlag;
        const uint Version100 = 2u << 28;
        yield return new("SQL_Latin1_General_CP1_CI_AS", 0x0409 | InsensitiveToCase, 52, 1252);
        yield return new("SQL_Latin1_General_CP1_CS_AS", 0x0409 | SensitiveToCase, 51, 1252);
        yield return new("Latin1_General_CI_AS", 0x0409 | InsensitiveToCase, 0, 1252);
        yield return new("Latin1_General_CS_AS", 0x0409 | SensitiveToCase, 0, 1252);
        yield return new("Latin1_General_CI_AI", 0x0409 | InsensitiveToCase | IgnoreAccentFlag, 0, 1252);
        yield return new("Latin1_General_BIN2", 0x0409 | Binary2Flag, 0, 1252);
        yield return new("Latin1_General_100_CI_AS", 0x0409 | InsensitiveToCase | Version100, 0, 1252);
        yield return new("Latin1_General_100_BIN2", 0x0409 | Binary2Flag | Version100, 0, 1252);
        yield return new("Latin1_General_100_CI_AS_SC_UTF8", 0x0409 | InsensitiveToCase | Utf8Flag | Version100, 0, 65001);
        yield return new("Cyrillic_General_CI_AS", 0x0419 | InsensitiveToCase, 0, 1251);
        yield return new("Greek_CI_AS", 0x0408 | InsensitiveToCase, 0, 1253);
        yield return new("Arabic_CI_AS", 0x0401 | InsensitiveToCase, 0, 1256);
        yield return new("Chinese_PRC_CI_AS", 0x0804 | InsensitiveToCase, 0, 936);
        yield return new("Japanese_CI_AS", 0x0411 | InsensitiveToCase, 0, 932);
        yield return new("Korean_Wansung_CI_AS", 0x0412 | InsensitiveToCase, 0, 949);
        yield return new("Polish_CI_AS", 0x0415 | InsensitiveToCase, 0, 1250);
    }
}
