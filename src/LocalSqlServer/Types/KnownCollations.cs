namespace LocalSqlServer.Types;

/// <summary>The collations of the stand-in.</summary>
static class KnownCollations
{
    const int English = 0x0409;
    const int Latin1 = 1252;

    public static IEnumerable<Collation> Create() =>
    [
        Named("SQL_Latin1_General_CP1_CI_AS", English, Latin1, sortId: 52),
        Named("SQL_Latin1_General_CP1_CS_AS", English, Latin1, sortId: 51),
        Named("SQL_Latin1_General_CP1_CI_AI", English, Latin1, sortId: 54),
        Named("Latin1_General_CI_AS", English, Latin1),
        Named("Latin1_General_CS_AS", English, Latin1),
        Named("Latin1_General_CI_AI", English, Latin1),
        Named("Latin1_General_CS_AI", English, Latin1),
        Named("Latin1_General_CI_AS_WS", English, Latin1),
        Named("Latin1_General_CI_AS_KS_WS", English, Latin1),
        Named("Latin1_General_CS_AS_KS_WS", English, Latin1),
        Named("Latin1_General_BIN", English, Latin1),
        Named("Latin1_General_BIN2", English, Latin1),
        Named("Latin1_General_100_CI_AS", English, Latin1),
        Named("Latin1_General_100_CS_AS", English, Latin1),
        Named("Latin1_General_100_CI_AI", English, Latin1),
        Named("Latin1_General_100_CI_AS_SC", English, Latin1),
        Named("Latin1_General_100_BIN2", English, Latin1),
        Named("Latin1_General_100_CI_AS_SC_UTF8", English, 65001),
        Named("Cyrillic_General_CI_AS", 0x0419, 1251),
        Named("Greek_CI_AS", 0x0408, 1253),
        Named("Arabic_CI_AS", 0x0401, 1256),
        Named("Chinese_PRC_CI_AS", 0x0804, 936),
        Named("Japanese_CI_AS", 0x0411, 932),
        Named("Korean_Wansung_CI_AS", 0x0412, 949),
        Named("Polish_CI_AS", 0x0415, 1250),
        Named("Turkish_CI_AS", 0x041F, 1254),
    ];

    static Collation Named(string name, int locale, int codePage, byte sortId = 0) =>
        new(name, new CollationTraits(name, locale), sortId, codePage);
}
