namespace MigrationFunctions.Core.Encoders;

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

    /// <summary>A row, or its entry in an index, larger than a page of the target holds.</summary>
    public const string TooLarge = "tooLarge";

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

    /// <summary>A check of the target, or of a domain of its columns.</summary>
    public const string Check = "check";

    /// <summary>A unique key of the target other than the row's own.</summary>
    public const string Unique = "unique";

    /// <summary>An exclusion constraint of the target.</summary>
    public const string Exclusion = "exclusion";

    /// <summary>Anything else by which the target refuses a single row: a trigger, a missing partition.</summary>
    public const string Refused = "refused";

    /// <summary>A row whose key the source has more than once: the first one was taken.</summary>
    public const string DuplicateKey = "duplicateKey";

    /// <summary>A row whose id stands in the target already, by a row that this manifest did not write.</summary>
    public const string ForeignRow = "foreignRow";

    /// <summary>A row of somebody else's stands in the way.</summary>
    public const string ForeignRowReason = "The target holds a row with this id that this manifest did not write.";

    /// <summary>A key that the source has more than once.</summary>
    public const string DuplicateKeyReason = "The source has this key more than once; the first row was taken.";
}
