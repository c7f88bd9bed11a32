using System.Data;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Whether a column's policies say something about its types. A policy without effect is a mistake of whoever
/// wrote it, so it is a problem, not ignored.</summary>
static class PolicyChecks
{
    public static Problem? Find(SourceColumn source, TargetColumn target, ColumnManifest policies) =>
        FindTextPolicy(source, policies)
        ?? FindTimePolicy(source, target, policies)
        ?? FindMappedValue(target, policies);

    public static Problem ValueMisfit(SourceColumn source, string property, string value) => new(
        ErrorCodes.ValueDoesNotFit, $"{source.Name}.{property}",
        $"{Quoted.Text(value)} is no value of a {source.Type.ToString().ToLowerInvariant()} column.",
        "Write it as the column's type has it: digits, ISO 8601 dates, lower-case UUIDs, hexadecimal bytes.");

    static Problem? FindTextPolicy(SourceColumn source, ColumnManifest policies)
    {
        if (source.Type.IsText())
            return policies.Values is null ? null : FindAmbiguousValue(source, policies.Values);
        var name = policies.Trim != TrimPolicy.None ? "trim"
            : policies.Values is not null ? "values"
            : source.Type == SqlDbType.Xml ? null
            : policies.Nul != BadCharacterPolicy.Reject ? "nul"
            : policies.LoneSurrogate != BadCharacterPolicy.Reject ? "loneSurrogate"
            : null;
        return name is null ? null : Misfit(source, name, "is for source columns with text");
    }

    static Problem? FindTimePolicy(SourceColumn source, TargetColumn target, ColumnManifest policies)
    {
        var isLocal = source.Type.IsDateTime() || source.Type == SqlDbType.Date;
        var hasFraction = source.Type.IsDateTime() || source.Type is SqlDbType.DateTimeOffset or SqlDbType.Time;
        if (policies.ExcessPrecision != ExcessPrecisionPolicy.Truncate && (!hasFraction || target.Type == "date"))
            return Misfit(source, "excessPrecision", "is for times of day whose target holds times of day");
        if (policies.TimeZone is not { } zone)
        {
            return isLocal && target.Type == "timestamptz"
                ? new(ErrorCodes.TimeZoneMissing, $"{source.Name}.timeZone",
                    $"Target column {target.Name} is timestamptz, and the source's times have no offset.",
                    "Name the IANA time zone in which the source wrote them, for example America/Chicago.")
                : null;
        }

        if (!isLocal || target.Type != "timestamptz")
            return Misfit(source, "timeZone", "is for source columns without offset whose target is timestamptz");
        return zone == ColumnManifest.TenantZone || ZoneOffsets.Find(zone) is not null ? null : new(
            ErrorCodes.ValueDoesNotFit, $"{source.Name}.timeZone",
            $"This machine knows no time zone {Quoted.Text(zone)}.",
            "Name an IANA time zone, for example America/Chicago, or UTC.");
    }

    static Problem? FindAmbiguousValue(SourceColumn source, IReadOnlyDictionary<string, string> values)
    {
        var twice = values.Keys.GroupBy(k => k.TrimEnd(' '), StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        return twice is null ? null : new(
            ErrorCodes.ValueDoesNotFit, $"{source.Name}.values",
            $"{Quoted.Text(twice.Key)} is listed twice: spaces at the end of a source value do not count.",
            "Keep one of them.");
    }

    static Problem? FindMappedValue(TargetColumn target, ColumnManifest policies)
    {
        foreach (var value in policies.Values?.Values ?? [])
        {
            var isWellFormed = TextCleaner.Clean(value, BadCharacterPolicy.Remove, BadCharacterPolicy.Remove) == value;
            if (isWellFormed && (target.Length == 0 || TextCleaner.CountCodePoints(value) <= target.Length))
                continue;
            return new(
                ErrorCodes.ValueDoesNotFit, $"{policies.Source}.values",
                isWellFormed
                    ? $"{Quoted.Text(value)} is longer than target column {target.Name}."
                    : "A value holds characters that PostgreSQL refuses.",
                "Shorten the value, widen the column, or remove the characters.");
        }

        return null;
    }

    static Problem Misfit(SourceColumn source, string policy, string purpose) => new(
        ErrorCodes.PolicyDoesNotFit, $"{source.Name}.{policy}",
        $"The policy {policy} {purpose}; this source column is {source.Type.ToString().ToLowerInvariant()}.",
        "Remove the policy from this column.");
}
