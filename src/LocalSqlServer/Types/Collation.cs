using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace LocalSqlServer.Types;

/// <summary>
/// A collation: how text compares and sorts, and which code page a char or varchar column travels in.
/// The five bytes on the wire are those of MS-TDS section 2.2.5.1.2 (locale, comparison flags, version, sort id).
/// </summary>
public sealed class Collation
{
    static readonly Dictionary<string, Collation> Known = KnownCollations.Create().ToDictionary(
        c => c.Name, StringComparer.OrdinalIgnoreCase);

    readonly CollationTraits _traits;
    readonly CompareInfo _language;

    internal Collation(string name, CollationTraits traits, byte sortId, int codePage)
    {
        (Name, _traits, SortId, CodePage) = (name, traits, sortId, codePage);
        _language = CultureInfo.GetCultureInfo(traits.Locale).CompareInfo;
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
    public bool IsBinary => _traits.IsBinary;

    /// <summary>COLLATIONPROPERTY 'LCID'.</summary>
    public int Locale => _traits.Locale;

    /// <summary>COLLATIONPROPERTY 'ComparisonStyle'.</summary>
    public int ComparisonStyle => _traits.ComparisonStyle;

    /// <summary>COLLATIONPROPERTY 'Version': 0, 1 for _90, 2 for _100, 3 for _140.</summary>
    public int Version => _traits.Version;

    internal uint Flags => _traits.WireFlags;

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
        return (flags & CollationTraits.Utf8Flag) != 0
            ? Known["Latin1_General_100_CI_AS_SC_UTF8"]
            : Known.Values.FirstOrDefault(c => (c.Flags & 0xFFFFF) == (flags & 0xFFFFF) && c.SortId == 0) ?? Default;
    }

    /// <summary>Compares Unicode text as SQL Server does: trailing spaces do not count, the shorter text is padded with
    /// them.</summary>
    public int Compare(string left, string right) => IsBinary
        ? CompareUnits(left, right)
        : _language.Compare(Weighted(left), Weighted(right), _traits.Options);

    /// <summary>Compares char and varchar values: a binary collation then looks at the bytes of its code page.</summary>
    internal int CompareBytes(string left, string right)
    {
        if (!IsBinary || (Ascii.IsValid(left) && Ascii.IsValid(right)))
            return Compare(left, right);
        var (a, b) = (Encoding.GetBytes(left), Encoding.GetBytes(right));
        for (var i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            var order = (i < a.Length ? a[i] : (byte)' ').CompareTo(i < b.Length ? b[i] : (byte)' ');
            if (order != 0)
                return order;
        }
        return 0;
    }

    /// <summary>A hash that is equal for texts that <see cref="Compare"/> calls equal.</summary>
    public int Hash(string text) => IsBinary
        ? string.GetHashCode(text.AsSpan().TrimEnd(' '))
        : _language.GetHashCode(Weighted(text), _traits.Options);

    internal bool CharEquals(char left, char right) =>
        left == right || (!IsBinary && _language.Compare(Weighted([left]), Weighted([right]), _traits.Options) == 0);

    public override string ToString() => Name;

    /// <summary>
    /// The part of a text that has weight. Version 0 gives characters outside the basic plane none; the later versions
    /// without _SC see two code units, each of a weight of its own. A supplementary private-use character stands for each:
    /// no text can hold it as it is, for it would itself be two code units.
    /// </summary>
    ReadOnlySpan<char> Weighted(ReadOnlySpan<char> text)
    {
        if (_traits.KnowsSupplementary || !text.ContainsAnyInRange('\uD800', '\uDFFF'))
            return text.TrimEnd(' ');
        var weighted = new StringBuilder(text.Length * 2);
        foreach (var unit in text)
        {
            if (!char.IsSurrogate(unit))
                weighted.Append(unit);
            else if (Version > 0)
                weighted.Append(char.ConvertFromUtf32(0xF0000 + unit - 0xD800));
        }
        return weighted.ToString().AsSpan().TrimEnd(' ');
    }

    /// <summary>BIN2 compares code units. BIN does for the first one; from the second on it compares bytes, the low one
    /// first.</summary>
    int CompareUnits(string left, string right)
    {
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            var (a, b) = (i < left.Length ? left[i] : ' ', i < right.Length ? right[i] : ' ');
            if (a == b)
                continue;
            return _traits.IsOldBinary && i > 0
                ? BinaryPrimitives.ReverseEndianness(a).CompareTo(BinaryPrimitives.ReverseEndianness(b))
                : a.CompareTo(b);
        }
        return 0;
    }
}
