using System.Globalization;

namespace LocalSqlServer.Types;

/// <summary>What the name of a collation says of it, such as <c>Latin1_General_100_CI_AS_SC</c>.</summary>
sealed class CollationTraits
{
    public const uint Utf8Flag = 1u << 26;

    const uint IgnoreCaseFlag = 1u << 20;
    const uint IgnoreAccentFlag = 1u << 21;
    const uint IgnoreWidthFlag = 1u << 22;
    const uint IgnoreKanaFlag = 1u << 23;
    const uint BinaryFlag = 1u << 24;
    const uint Binary2Flag = 1u << 25;

    readonly HashSet<string> _parts;

    public CollationTraits(string name, int locale)
    {
        _parts = [.. name.Split('_')];
        Locale = locale;
        Version = Has("140") ? 3 : Has("100") ? 2 : Has("90") ? 1 : 0;
    }

    public int Locale { get; }

    /// <summary>0 for the collations of SQL Server 2000 and all SQL_ collations, 1 to 3 for _90, _100 and _140.</summary>
    public int Version { get; }

    public bool IsBinary => Has("BIN2") || IsOldBinary;

    /// <summary>_BIN rather than _BIN2.</summary>
    public bool IsOldBinary => Has("BIN");

    /// <summary>Whether a pair of surrogates compares as the character that it is.</summary>
    public bool KnowsSupplementary => Has("SC") || Version == 3;

    public CompareOptions Options =>
        (IgnoresCase ? CompareOptions.IgnoreCase : 0) | (IgnoresAccent ? CompareOptions.IgnoreNonSpace : 0)
        | (IgnoresWidth ? CompareOptions.IgnoreWidth : 0) | (IgnoresKana ? CompareOptions.IgnoreKanaType : 0);

    /// <summary>As COLLATIONPROPERTY gives it.</summary>
    public int ComparisonStyle =>
        (IgnoresCase ? 1 : 0) | (IgnoresAccent ? 2 : 0) | (IgnoresKana ? 0x10000 : 0) | (IgnoresWidth ? 0x20000 : 0);

    public uint WireFlags =>
        (uint)Locale | (uint)Version << 28
        | (IgnoresCase ? IgnoreCaseFlag : 0) | (IgnoresAccent ? IgnoreAccentFlag : 0) | (IgnoresWidth ? IgnoreWidthFlag : 0)
        | (IgnoresKana ? IgnoreKanaFlag : 0) | (Has("BIN") ? BinaryFlag : 0) | (Has("BIN2") ? Binary2Flag : 0)
        | (Has("UTF8") ? Utf8Flag : 0);

    bool IgnoresCase => Has("CI");

    bool IgnoresAccent => Has("AI");

    bool IgnoresKana => !IsBinary && !Has("KS");

    bool IgnoresWidth => !IsBinary && !Has("WS");

    bool Has(string part) => _parts.Contains(part);
}
