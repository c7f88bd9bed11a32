using System.Text.RegularExpressions;
using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Which names of time zones are taken: of a manifest IANA's, because they mean the same on every machine; of
/// legacy data Windows' too.</summary>
static partial class TimeZoneRules
{
    /// <summary>The zone of an IANA or Windows name, or null when this machine knows none.</summary>
    public static TimeZoneInfo? Find(string name) =>
        Pattern().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;

    public static void Check(ProblemCollector problems, string path, string name)
    {
        if (name == "UTC")
            return;
        // The pattern keeps text that is no name (a path, say) away from the look-up in the system's zone files.
        if (!Pattern().IsMatch(name))
            Add(problems, path, name, "");
        else if (TimeZoneInfo.TryConvertWindowsIdToIanaId(name, out var iana))
            Add(problems, path, name, $"'{iana}' is the IANA name of that Windows zone. ");
        else if (Find(name) is null)
            Add(problems, path, name, Suggestion.Sentence(name, TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id)));
    }

    static void Add(ProblemCollector problems, string path, string name, string suggestion) =>
        problems.Add(ErrorCodes.UnknownTimeZone, path, $"{Quoted.Text(name)} is not an IANA time zone known here.",
            $"{suggestion}Use a name such as 'America/Chicago', or 'UTC'.");

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+\- ]*(/[A-Za-z0-9_+\-]+)*\z")]
    private static partial Regex Pattern();
}
