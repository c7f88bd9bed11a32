using Bogus;
using Bogus.DataSets;

namespace LocalSqlServer.SchoolDatabase;

/// <summary>Names and notes in many scripts, made once for a seed; rows pick from them by hash.</summary>
sealed class NamePools
{
    const int NamesPerLocale = 120;
    const int LongestName = 90;
    const int LongestRemark = 390;

    static readonly string[] Locales =
        ["en", "en", "en", "es", "de", "fr", "pl", "cz", "vi", "tr", "pt_BR", "ru", "uk", "el", "ar", "zh_CN", "ja", "ko"];

    readonly string[][] _first;
    readonly string[][] _last;
    readonly string[] _notes;
    readonly byte[][] _photos;
    readonly string[] _remarks;

    public NamePools(int seed)
    {
        var random = new Randomizer(seed);
        _first = [.. Locales.Select(l => Pool(l, random, n => n.FirstName()))];
        _last = [.. Locales.Select(l => Pool(l, random, n => n.LastName()))];
        _notes = [.. Enumerable.Range(0, 200).Select(i => Note(i, random))];
        _photos = [.. Enumerable.Range(0, 16).Select(i => random.Bytes(20 + i * 12))];
        Companies = [.. Enumerable.Range(0, 200).Select(_ => new Name("en") { Random = random }.LastName())];
        Cities = [.. Enumerable.Range(0, 500).Select(_ => new Address("en") { Random = random }.City())];
        _remarks = [.. Enumerable.Range(0, 200).Select(i => Remark(i, random))];
    }

    public string[] Companies { get; }

    public string[] Cities { get; }

    public string First(ulong hash) => Pick(_first[hash % (ulong)_first.Length], hash >> 8);

    /// <summary>The last name of the same locale as the first name of this hash.</summary>
    public string Last(ulong hash) => Pick(_last[hash % (ulong)_last.Length], hash >> 24);

    public string Note(ulong hash) => Pick(_notes, hash);

    /// <summary>A remark on a result: short as a rule, one in ten of up to <see cref="LongestRemark"/> characters.</summary>
    public string Remark(ulong hash) => Pick(_remarks, hash);

    public byte[] Photo(ulong hash) => _photos[hash % (ulong)_photos.Length];

    static string Pick(string[] pool, ulong hash) => pool[hash % (ulong)pool.Length];

    static string[] Pool(string locale, Randomizer random, Func<Name, string> make)
    {
        var names = new Name(locale) { Random = random };
        return [.. Enumerable.Range(0, NamesPerLocale).Select(_ => make(names)).Select(n => n.Length > LongestName ? n[..LongestName] : n)];
    }

    static string Note(int i, Randomizer random)
    {
        var text = new Lorem(i % 5 == 0 ? "ru" : "en") { Random = random }.Sentence(4, 12);
        return (i % 7) switch
        {
            0 => text + "\r\n" + text,
            1 => "\"" + text + "\"\t| 100% \\ done",
            2 => text + "  ",
            3 => "Zażółć — " + text + " ✓",
            _ => text,
        };
    }

    static string Remark(int i, Randomizer random)
    {
        var text = new Lorem(i % 6 == 0 ? "ru" : "en") { Random = random }.Sentence(i % 10 == 0 ? 60 : 3, 4);
        text = text.Length > LongestRemark ? text[..LongestRemark] : text;
        return i % 5 == 0 ? "✎ " + text : text;
    }
}
