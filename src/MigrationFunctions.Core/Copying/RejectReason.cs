namespace MigrationFunctions.Core.Copying;

/// <summary>Why a row cannot go to the target as it is.</summary>
/// <param name="Column">Source column.</param>
/// <param name="Rule">One of <see cref="RejectRules"/>.</param>
/// <param name="Message">What is wrong, without the value: it may be a person's.</param>
public sealed record RejectReason(string Column, string Rule, string Message);

/// <summary>The rules by which rows are rejected; the names stand in the table of rejected rows and in
/// reports.</summary>
public static class RejectRules
{
    /// <summary>NULL for a target column that is NOT NULL.</summary>
    public const string NotNull = "notNull";

    /// <summary>A number beyond the target type's range.</summary>
    public const string OutOfRange = "outOfRange";

    /// <summary>A decimal with digits beyond the target's scale that are not zero.</summary>
    public const string PrecisionLoss = "precisionLoss";

    /// <summary>A time with digits that the target cannot hold, where the manifest rejects them.</summary>
    public const string ExcessPrecision = "excessPrecision";

    /// <summary>A local time that occurred twice, where the manifest rejects it.</summary>
    public const string AmbiguousTime = "ambiguousTime";

    /// <summary>A local time that never occurred, where the manifest rejects it.</summary>
    public const string SkippedTime = "skippedTime";

    /// <summary>A time of day other than midnight for a target that holds dates.</summary>
    public const string TimeOfDayLost = "timeOfDayLost";

    /// <summary>More characters (code points) or bytes than the target holds.</summary>
    public const string TooLong = "tooLong";

    /// <summary>U+0000 in text.</summary>
    public const string NulCharacter = "nulCharacter";

    /// <summary>A surrogate without partner in text.</summary>
    public const string LoneSurrogate = "loneSurrogate";

    /// <summary>Text that the manifest's list of values does not hold.</summary>
    public const string UnmappedValue = "unmappedValue";

    /// <summary>Text for an xml column that begins with an XML declaration: its encoding would be taken at its
    /// word.</summary>
    public const string XmlDeclaration = "xmlDeclaration";

    /// <summary>A reference whose parent row is not in the target. Found by the batch, not by an encoder.</summary>
    public const string Orphan = "orphan";
}
