using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Names of tables and columns in the two databases. They are always quoted when they go into SQL; that
/// quotes, brackets and semicolons are refused all the same leaves an injected one nothing to work with.</summary>
static partial class IdentifierRules
{
    /// <summary>Characters in a SQL Server identifier (sysname).</summary>
    const int MaxSourceLength = 128;

    /// <summary>Bytes in a PostgreSQL identifier (NAMEDATALEN - 1); PostgreSQL would cut a longer one
    /// silently.</summary>
    const int MaxTargetBytes = 63;

    static readonly string[] ReservedSchemas = ["migration", "validation", "information_schema"];

    const string Allowed = "letters, digits, _, $, #, spaces and single dashes";

    public static void CheckSourceTable(ProblemCollector problems, string path, string name) =>
        CheckTable(problems, path, name, isTarget: false);

    /// <summary>The ledger and the views on it belong to the writing role: a manifest must not write over the proof.</summary>
    public static void CheckTargetTable(ProblemCollector problems, string path, string name)
    {
        CheckTable(problems, path, name, isTarget: true);
        if (name.Split('.')[0] is var schema && (ReservedSchemas.Contains(schema) || schema.StartsWith("pg_", StringComparison.Ordinal)))
            problems.Add(ErrorCodes.ReservedSchema, path, $"Schema {Quoted.Text(schema)} is not for migrated tables.",
                $"Take another one: {string.Join(", ", ReservedSchemas)} and pg_... are reserved.");
    }

    public static void CheckSourceColumn(ProblemCollector problems, string path, string name) =>
        CheckColumn(problems, path, name, isTarget: false);

    /// <summary>What is left behind goes into no statement, so it may be called as it is.</summary>
    public static void CheckIgnoredColumn(ProblemCollector problems, string path, string name)
    {
        if (name.Length is 0 or > MaxSourceLength)
            problems.Add(
                ErrorCodes.InvalidColumnName, path, name.Length == 0 ? "The name is empty." : "The name is too long.",
                $"Write the column's bare name, 1 to {MaxSourceLength} characters.");
    }

    public static void CheckTargetColumn(ProblemCollector problems, string path, string name) =>
        CheckColumn(problems, path, name, isTarget: true);

    /// <summary>A custom setting has two parts at least, each a simple identifier (PostgreSQL documentation, 20.16).</summary>
    public static void CheckSetting(ProblemCollector problems, string path, string name)
    {
        if (!Setting().IsMatch(name))
            problems.Add(
                ErrorCodes.InvalidSettingName, path, $"{Quoted.Text(name)} is not the name of a setting of one's own.",
                "Write it as prefix.name in letters, digits and _, as the policies' current_setting has it.");
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)+\z")]
    private static partial Regex Setting();

    static void CheckTable(ProblemCollector problems, string path, string name, bool isTarget)
    {
        var parts = name.Split('.');
        var fault = parts.Length != 2
            ? "is not a schema and a table with one dot between them"
            : Fault(parts[0], isTarget) ?? Fault(parts[1], isTarget);
        if (fault is not null)
            problems.Add(ErrorCodes.InvalidTableName, path, $"{Quoted.Text(name)} {fault}.", Remedy(
                $"Write it as schema.table without quotes or brackets, each part of {Allowed}", "table", isTarget));
    }

    static void CheckColumn(ProblemCollector problems, string path, string name, bool isTarget)
    {
        if (Fault(name, isTarget) is { } fault)
            problems.Add(ErrorCodes.InvalidColumnName, path, $"{Quoted.Text(name)} {fault}.", Remedy(
                $"Write the column's bare name, of {Allowed}", "column", isTarget));
    }

    static string Remedy(string start, string kind, bool isTarget) => isTarget
        ? $"{start}; at most {MaxTargetBytes} bytes in UTF-8."
        : $"{start}. For a {kind} that is really called so, make a view with plain names and migrate that.";

    static string? Fault(string part, bool isTarget)
    {
        if (part.Length == 0)
            return "has an empty part";
        if (!isTarget && part.Length > MaxSourceLength)
            return $"is longer than {MaxSourceLength} characters";
        if (isTarget && Encoding.UTF8.GetByteCount(part) > MaxTargetBytes)
            return $"is longer than {MaxTargetBytes} bytes";
        if (part[0] == ' ' || part[^1] == ' ')
            return "begins or ends with a space";
        if (part.Contains("--", StringComparison.Ordinal))
            return "holds two dashes in a row, which begin a comment in SQL";
        foreach (var rune in part.EnumerateRunes())
            if (!IsAllowed(rune))
                return $"holds the character {Quoted.Text(rune.ToString())}";
        return null;
    }

    // Marks belong to the letters of many scripts (Devanagari, Thai); both databases take them in names.
    static bool IsAllowed(Rune rune) =>
        Rune.IsLetterOrDigit(rune)
        || rune.Value is '_' or '$' or '#' or ' ' or '-'
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
