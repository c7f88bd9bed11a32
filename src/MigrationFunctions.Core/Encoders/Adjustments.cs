namespace MigrationFunctions.Core.Encoders;

/// <summary>The rules by which the mapping changes values: together with <see cref="RejectRules"/> all that can make
/// source and target differ. The names stand in the ledger and in reports. Spaces that only pad a <c>char(n)</c> are no
/// part of its value, so their removal is no change.</summary>
public static class AdjustmentRules
{
    /// <summary>A local time that occurred twice took one of its two instants.</summary>
    public const string AmbiguousTime = "ambiguousTime";

    /// <summary>A local time that the clock skipped moved forward.</summary>
    public const string SkippedTime = "skippedTime";

    /// <summary>Digits of a second that the target cannot hold were cut off.</summary>
    public const string ExcessPrecision = "excessPrecision";

    /// <summary>An offset other than zero was given up; the instant is the same.</summary>
    public const string OffsetDropped = "offsetDropped";

    /// <summary>U+0000 was removed.</summary>
    public const string NulRemoved = "nulRemoved";

    /// <summary>U+0000 became U+FFFD.</summary>
    public const string NulReplaced = "nulReplaced";

    /// <summary>A surrogate without partner was removed.</summary>
    public const string LoneSurrogateRemoved = "loneSurrogateRemoved";

    /// <summary>A surrogate without partner became U+FFFD.</summary>
    public const string LoneSurrogateReplaced = "loneSurrogateReplaced";

    /// <summary>Spaces were removed.</summary>
    public const string Trimmed = "trimmed";

    /// <summary>A sentinel became NULL.</summary>
    public const string NullIf = "nullIf";

    /// <summary>A value of a list took the name that the manifest gives it.</summary>
    public const string MappedValue = "mappedValue";
}

/// <summary>The places where an entity's encoders may change a value, each a column and a rule with a number of its
/// own. Filled while a layout is made, then read only.</summary>
public sealed class AdjustmentSlots
{
    readonly List<string> _names = [];

    /// <summary>What each slot counts, as <c>targetColumn:rule</c>.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>A slot for a rule of a column.</summary>
    public int Add(string targetColumn, string rule)
    {
        _names.Add($"{targetColumn}:{rule}");
        return _names.Count - 1;
    }

    /// <summary>The counts that are not zero, by name.</summary>
    public IReadOnlyDictionary<string, long> Named(ReadOnlySpan<long> counts)
    {
        var named = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0)
                named[_names[i]] = counts[i];
        }

        return named;
    }
}
