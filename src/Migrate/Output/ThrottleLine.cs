using System.Globalization;
using MigrationFunctions.Contracts;

namespace Migrate.Output;

/// <summary>Where a run's throttle stands, in a line.</summary>
static class ThrottleLine
{
    public static string Of(ThrottleStatus throttle) => SafeText.Of(string.Create(
        CultureInfo.InvariantCulture,
        $"Throttle: {throttle.Window} of {throttle.Limit} writers since {RunOutput.Time(throttle.Since)} UTC ({throttle.Reason})"));

    /// <summary>For a line of a log: nothing while all writers are allowed.</summary>
    public static string Suffix(ThrottleStatus? throttle) => throttle is null || throttle.Window >= throttle.Limit ? ""
        : string.Create(CultureInfo.InvariantCulture, $"  writers {throttle.Window}/{throttle.Limit}: {throttle.Reason}");
}
