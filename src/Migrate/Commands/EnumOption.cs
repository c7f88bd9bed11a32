using System.CommandLine;
using System.Text.Json;

namespace Migrate.Commands;

/// <summary>Options whose values are those of an enum, written as JSON has them.</summary>
static class EnumOption
{
    public static Option<string?> Create<T>(string name, string description) where T : struct, Enum
    {
        var option = new Option<string?>(name) { Description = description };
        option.AcceptOnlyFromAmong([.. Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName)]);
        return option;
    }

    /// <summary>The value, or null when the option was not given.</summary>
    public static T? Get<T>(ParseResult parsed, Option<string?> option) where T : struct, Enum =>
        parsed.GetValue(option) is { } text ? Enum.Parse<T>(text, ignoreCase: true) : null;
}
