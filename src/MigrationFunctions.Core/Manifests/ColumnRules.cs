using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Whether the settings of one column make sense together.</summary>
static class ColumnRules
{
    public static void Check(
        ProblemCollector problems, string path, ColumnManifest column, bool tenantsHaveZones)
    {
        IdentifierRules.CheckSourceColumn(problems, $"{path}.source", column.Source);
        IdentifierRules.CheckTargetColumn(problems, $"{path}.target", column.Target);
        CheckZone(problems, path, column, tenantsHaveZones);
        CheckNullIf(problems, $"{path}.nullIf", column);
        if (column.Values is { Count: 0 })
            problems.Add(ErrorCodes.EmptyValues, $"{path}.values", "'values' is empty: every row would be rejected.",
                "List the values that occur, or leave 'values' out.");
        CheckConflicts(problems, path, column);
    }

    static void CheckZone(ProblemCollector problems, string path, ColumnManifest column, bool tenantsHaveZones)
    {
        if (column.TimeZone is { } zone and not ColumnManifest.TenantZone)
            TimeZoneRules.Check(problems, $"{path}.timeZone", zone);
        else if (column.TimeZone is not null && !tenantsHaveZones)
            problems.Add(ErrorCodes.TenantZoneWithoutColumn, $"{path}.timeZone",
                "The column is in each tenant's time zone, but nothing says where that stands.",
                "Name the column with the tenants' zones in 'tenants.timeZoneColumn', or name one zone here.");
        var policy = column.AmbiguousTime != AmbiguousTimePolicy.Earlier ? "ambiguousTime"
            : column.SkippedTime != SkippedTimePolicy.Forward ? "skippedTime" : null;
        if (column.TimeZone is null && policy is not null)
            problems.Add(ErrorCodes.LocalTimePolicyWithoutZone, $"{path}.{policy}",
                $"'{policy}' is about local times of a zone, and the column names no 'timeZone'.",
                $"Name the zone, or remove '{policy}'.");
    }

    static void CheckNullIf(ProblemCollector problems, string path, ColumnManifest column)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < column.NullIf.Count; i++)
        {
            var value = column.NullIf[i];
            if (!seen.Add(value))
                problems.Add(ErrorCodes.DuplicateNullIf, JsonPath.Index(path, i),
                    $"{Quoted.Text(value)} stands twice in 'nullIf'.", "Keep one.");
            else if (column.Values?.ContainsKey(value) == true)
                problems.Add(ErrorCodes.ConflictingColumnSettings, JsonPath.Index(path, i),
                    $"{Quoted.Text(value)} becomes NULL here and another text in 'values'.", "Keep one of the two.");
        }
    }

    // A reference becomes a UUID and a time an instant: what is about text means nothing to either.
    static void CheckConflicts(ProblemCollector problems, string path, ColumnManifest column)
    {
        var text = TextSettings(column);
        var time = TimeSettings(column);
        if (column.Reference is not null && text.Concat(time).ToList() is { Count: > 0 } beside)
            problems.Add(ErrorCodes.ConflictingColumnSettings, path,
                $"A column with 'reference' becomes the other row's UUID; {Names(beside)} cannot apply to it.",
                $"Remove {Names(beside)} or 'reference'.");
        else if (text.Count > 0 && time.Count > 0)
            problems.Add(ErrorCodes.ConflictingColumnSettings, path,
                $"{Names(text)} is about text and {Names(time)} about times; no column is both.",
                "Keep those that fit the column's type.");
    }

    static List<string> TextSettings(ColumnManifest column)
    {
        var settings = new List<string>();
        if (column.Trim != TrimPolicy.None)
            settings.Add("trim");
        if (column.Nul != BadCharacterPolicy.Reject)
            settings.Add("nul");
        if (column.LoneSurrogate != BadCharacterPolicy.Reject)
            settings.Add("loneSurrogate");
        if (column.Values is not null)
            settings.Add("values");
        return settings;
    }

    static List<string> TimeSettings(ColumnManifest column)
    {
        var settings = new List<string>();
        if (column.TimeZone is not null)
            settings.Add("timeZone");
        if (column.AmbiguousTime != AmbiguousTimePolicy.Earlier)
            settings.Add("ambiguousTime");
        if (column.SkippedTime != SkippedTimePolicy.Forward)
            settings.Add("skippedTime");
        if (column.ExcessPrecision != ExcessPrecisionPolicy.Truncate)
            settings.Add("excessPrecision");
        return settings;
    }

    static string Names(IEnumerable<string> settings) => string.Join(", ", settings.Select(s => $"'{s}'"));
}
