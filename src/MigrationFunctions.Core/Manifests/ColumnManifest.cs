namespace MigrationFunctions.Core.Manifests;

/// <summary>One source column that goes to one target column. What is not declared here is copied as it is, or the row
/// is rejected: nothing is changed silently.</summary>
public sealed record ColumnManifest
{
    /// <summary>Source column.</summary>
    public required string Source { get; init; }

    /// <summary>Target column.</summary>
    public required string Target { get; init; }

    /// <summary>Name of the entity whose legacy key this column holds; the target gets that entity's UUID.</summary>
    public string? Reference { get; init; }

    /// <summary>Spaces at the end of text (SQL Server's <c>char(n)</c> pads).</summary>
    public TrimPolicy Trim { get; init; }

    /// <summary>What to do with U+0000, which PostgreSQL's text types cannot hold.</summary>
    public BadCharacterPolicy Nul { get; init; }

    /// <summary>What to do with a surrogate that has no partner, which UTF-8 cannot encode.</summary>
    public BadCharacterPolicy LoneSurrogate { get; init; }

    /// <summary>What to do with 100 ns digits that PostgreSQL's microseconds cannot hold.</summary>
    public ExcessPrecisionPolicy ExcessPrecision { get; init; }

    /// <summary>The <see cref="TimeZone"/> that stands for each tenant's own.</summary>
    public const string TenantZone = "tenant";

    /// <summary>IANA time zone of a source column without offset whose target is <c>timestamptz</c>; or <c>UTC</c>; or
    /// <c>tenant</c>, each tenant's own zone as <c>tenants.timeZoneColumn</c> has it.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Which instant a local time becomes that occurred twice, because the clocks were set back over
    /// it.</summary>
    public AmbiguousTimePolicy AmbiguousTime { get; init; }

    /// <summary>What to do with a local time that never occurred, because the clocks were set forward over
    /// it.</summary>
    public SkippedTimePolicy SkippedTime { get; init; }

    /// <summary>Source values, as invariant text, that become NULL: sentinels such as <c>9999-12-31</c> or an empty
    /// string.</summary>
    public IReadOnlyList<string> NullIf { get; init; } = [];

    /// <summary>Text values that are renamed; a value that is not listed is rejected (rule
    /// <c>unmappedValue</c>).</summary>
    public IReadOnlyDictionary<string, string>? Values { get; init; }
}

/// <summary>Spaces around text.</summary>
public enum TrimPolicy
{
    /// <summary>Kept as they are.</summary>
    None,

    /// <summary>Trailing spaces (U+0020) are removed.</summary>
    End,

    /// <summary>Leading and trailing spaces (U+0020) are removed.</summary>
    Both,
}

/// <summary>A character that the target cannot hold.</summary>
public enum BadCharacterPolicy
{
    /// <summary>The row is rejected.</summary>
    Reject,

    /// <summary>The character is removed.</summary>
    Remove,

    /// <summary>The character becomes U+FFFD.</summary>
    Replace,
}

/// <summary>Digits of a time that the target cannot hold.</summary>
public enum ExcessPrecisionPolicy
{
    /// <summary>Cut off, never rounded: rounding could cross midnight.</summary>
    Truncate,

    /// <summary>The row is rejected.</summary>
    Reject,
}

/// <summary>A local time that occurred twice.</summary>
public enum AmbiguousTimePolicy
{
    /// <summary>The instant before the clocks were set back (daylight time, as a rule): what SQL Server's AT TIME ZONE
    /// does.</summary>
    Earlier,

    /// <summary>The instant after the clocks were set back (standard time, as a rule): what PostgreSQL's AT TIME ZONE
    /// does.</summary>
    Later,

    /// <summary>The row is rejected.</summary>
    Reject,
}

/// <summary>A local time that never occurred.</summary>
public enum SkippedTimePolicy
{
    /// <summary>Moved forward by what the clocks skipped: what SQL Server's and PostgreSQL's AT TIME ZONE do.</summary>
    Forward,

    /// <summary>The row is rejected.</summary>
    Reject,
}
