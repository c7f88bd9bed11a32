namespace MigrationFunctions.PostgreSql.Tests.Support;

/// <summary>The smallest changes of a value, by the type of its column, as SQL expressions.</summary>
static class Mutations
{
    public const string ToNull = "a value becomes NULL";
    public const string FromNull = "NULL becomes a value";

    /// <summary>What can be done to a column of that type.</summary>
    public static IReadOnlyList<(string What, string Change)> Of(string type, string c)
    {
        var name = type.Split('(')[0];
        var text = name is "text" or "varchar" or "public.citext";
        (string, string)[] own = name switch
        {
            "boolean" => [("the other boolean", $"NOT {c}")],
            "smallint" or "integer" or "bigint" => [("one bit of an integer", $"({c} # 1)::{name}")],
            "numeric" or "public.score" =>
            [
                ("one step of a numeric's scale", $"CASE WHEN {c} > 0 THEN {c} - {Step(type)} ELSE {c} + {Step(type)} END"),
            ],
            "real" =>
            [
                ("the last place of a real", $"CASE WHEN abs({c}) > 1e-30 THEN ({c} - {c} * 1.2e-7::real)::real END"),
                ("a zero's sign", $"-{c}"),
            ],
            "double precision" =>
            [
                ("the last place of a double", $"CASE WHEN abs({c}) > 1e-290 THEN {c} - {c} * 2.3e-16 END"),
                ("a zero's sign", $"-{c}"),
            ],
            "uuid" =>
            [
                ("one bit of a uuid",
                    $"(translate(left({c}::text, 1), '0123456789abcdef', '1032547698badcfe') || substr({c}::text, 2))::uuid"),
            ],
            "date" => [("a day", $"{c} + 1")],
            "timestamp" or "timestamptz" or "time" => [("one step of a time", $"{c} + interval '{Fraction(type)} microseconds'")],
            "bytea" => [("one bit of bytes", $"CASE WHEN length({c}) > 0 THEN set_bit({c}, 0, 1 - get_bit({c}, 0)) END")],
            "xml" => [("a space in xml", $"xmlparse(content {c}::text || ' ')")],
            _ when text =>
            [
                ("a trailing space", $"({c}::text || ' ')"),
                ("upper and lower case",
                    $"CASE WHEN {c}::text <> upper({c}::text) THEN upper({c}::text) ELSE lower({c}::text) END"),
                ("another normalization form",
                    $"CASE WHEN normalize({c}::text, NFD) <> {c}::text THEN normalize({c}::text, NFD) "
                    + $"ELSE normalize({c}::text, NFC) END"),
                ("an empty text becomes NULL", $"nullif({c}::text, '')"),
            ],
            "char" => [("a character of padded text", $"overlay({c} PLACING '~' FROM 1)")],
            _ => throw new ArgumentException($"No change of {type} is known.", nameof(type)),
        };
        return [.. own, (ToNull, "NULL"), (FromNull, Value(name))];
    }

    /// <summary>The condition under which a row can be changed so: its value changes, and fits its column.</summary>
    public static string Applies(string what, string change, string c) => what switch
    {
        ToNull => $"{c} IS NOT NULL",
        FromNull => $"{c} IS NULL",
        "a zero's sign" => $"{c} = 0",
        "an empty text becomes NULL" => $"{c}::text = ''",
        _ => $"{c} IS NOT NULL AND ({change})::text COLLATE \"C\" <> {c}::text COLLATE \"C\"",
    };

    static string Step(string type) => type switch
    {
        "public.score" => "0.01",
        _ when type.Contains(',', StringComparison.Ordinal) =>
            $"(10::numeric ^ -{type.Split(',')[1].Trim(' ', ')')})",
        _ => "0.000001",
    };

    static int Fraction(string type) => type.EndsWith(')')
        ? (int)Math.Pow(10, 6 - int.Parse(type[^2..^1], System.Globalization.CultureInfo.InvariantCulture))
        : 1;

    static string Value(string name) => name switch
    {
        "boolean" => "false",
        "uuid" => "'00000000-0000-0000-0000-000000000000'",
        "date" or "timestamp" or "timestamptz" => "'2000-01-01'",
        "time" => "'00:00'",
        "text" or "varchar" or "public.citext" or "char" or "xml" or "bytea" => "''",
        _ => "0",
    };
}
