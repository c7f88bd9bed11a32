using System.Globalization;
using System.Text.RegularExpressions;

namespace LocalPostgres;

/// <summary>PostgreSQL versions as two numbers: major and minor (from 10 on a version has no third part).</summary>
static partial class PostgresVersion
{
    /// <summary>The oldest release that the migration supports.</summary>
    public static Version Oldest { get; } = new(14, 0);

    /// <summary>From <c>server_version_num</c>: major * 10000 + minor (PostgreSQL doc, "Preset Options").</summary>
    public static Version FromNumber(int number) => new(number / 10000, number % 10000);

    /// <summary>From the output of <c>postgres --version</c>; null if it is none. A beta counts as minor 0.</summary>
    public static Version? FromBanner(string banner)
    {
        var match = Banner().Match(banner);
        if (!match.Success)
            return null;
        var minor = match.Groups["minor"];
        return new(
            int.Parse(match.Groups["major"].ValueSpan, CultureInfo.InvariantCulture),
            minor.Success ? int.Parse(minor.ValueSpan, CultureInfo.InvariantCulture) : 0);
    }

    [GeneratedRegex(@"\(PostgreSQL\) (?<major>\d{1,4})(\.(?<minor>\d{1,4}))?")]
    private static partial Regex Banner();
}
