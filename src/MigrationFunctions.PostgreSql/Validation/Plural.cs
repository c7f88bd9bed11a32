namespace MigrationFunctions.PostgreSql.Validation;

/// <summary>The plural of an English name: what one calls a view of many rows.</summary>
static class Plural
{
    public static string Of(string name) =>
        name is [.., var before, 'y'] && before is not ('a' or 'e' or 'i' or 'o' or 'u') ? name[..^1] + "ies"
        : name[^1] is 's' or 'x' or 'z' || name.EndsWith("ch", StringComparison.Ordinal) || name.EndsWith("sh", StringComparison.Ordinal)
            ? name + "es"
        : name + "s";
}
