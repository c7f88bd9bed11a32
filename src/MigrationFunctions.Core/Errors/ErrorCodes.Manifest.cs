namespace MigrationFunctions.Core.Errors;

/// <summary>Every code that a <see cref="Problem"/> may carry. A code keeps its meaning for ever: scripts and runbooks
/// match on it. The first line of each comment goes into <c>docs/errors.md</c>.</summary>
public static partial class ErrorCodes
{
    /// <summary>A manifest's file cannot be read, or is not UTF-8.</summary>
    public const string ManifestUnreadable = "MIG1001";

    /// <summary>No manifest of that name stands in the folder.</summary>
    public const string ManifestNotFound = "MIG1002";

    /// <summary>The text is larger than 1 MB or nested deeper than 32 levels.</summary>
    public const string JsonTooLarge = "MIG1003";

    /// <summary>The text is not JSON.</summary>
    public const string JsonBroken = "MIG1004";

    /// <summary>The text has a comment or a trailing comma, which JSON does not know.</summary>
    public const string JsonExtension = "MIG1005";

    /// <summary>A property stands twice in one object.</summary>
    public const string DuplicateProperty = "MIG1006";

    /// <summary>A property that nothing reads, most often misspelled.</summary>
    public const string UnknownProperty = "MIG1007";

    /// <summary>A value of the wrong type.</summary>
    public const string WrongType = "MIG1008";

    /// <summary>A required property is missing.</summary>
    public const string MissingProperty = "MIG1009";

    /// <summary>A value that is not in the list of allowed ones.</summary>
    public const string UnknownValue = "MIG1010";

    /// <summary>A name of a manifest, an entity or a filter that does not follow the pattern.</summary>
    public const string InvalidName = "MIG1020";

    /// <summary>A manifest's name differs from its file's.</summary>
    public const string NameDiffersFromFile = "MIG1021";

    /// <summary>Two entities have the same name.</summary>
    public const string DuplicateEntity = "MIG1022";

    /// <summary>Two filters of an entity have the same name.</summary>
    public const string DuplicateFilter = "MIG1023";

    /// <summary>A manifest without entities, or with more than 500.</summary>
    public const string EntityCount = "MIG1024";

    /// <summary>An entity with more than 1,600 target columns, which no PostgreSQL table can have.</summary>
    public const string ColumnCount = "MIG1025";

    /// <summary>A table's name that is not <c>schema.table</c> in plain characters.</summary>
    public const string InvalidTableName = "MIG1026";

    /// <summary>A column's name with characters that are not allowed, or too long.</summary>
    public const string InvalidColumnName = "MIG1027";

    /// <summary>A target table in a schema that is the migration's own, or the server's.</summary>
    public const string ReservedSchema = "MIG1028";

    /// <summary>An entity without key columns.</summary>
    public const string EmptyKey = "MIG1030";

    /// <summary>A key that lists a column twice.</summary>
    public const string DuplicateKeyColumn = "MIG1031";

    /// <summary>A key of several columns that repeats the tenant column.</summary>
    public const string TenantColumnInKey = "MIG1032";

    /// <summary>A target column that is written twice.</summary>
    public const string DuplicateTargetColumn = "MIG1033";

    /// <summary>Two entities that write the same target table.</summary>
    public const string DuplicateTargetTable = "MIG1034";

    /// <summary>A source column that is both used and ignored.</summary>
    public const string UsedAndIgnored = "MIG1035";

    /// <summary>A source column that is ignored twice.</summary>
    public const string IgnoredTwice = "MIG1036";

    /// <summary>A version 8 id scheme on an entity whose key has several columns.</summary>
    public const string OrderedIdOfCompositeKey = "MIG1037";

    /// <summary>A reference to an entity that is not in the manifest.</summary>
    public const string UnknownReference = "MIG1040";

    /// <summary>A reference of an entity to itself.</summary>
    public const string SelfReference = "MIG1041";

    /// <summary>References that form a circle.</summary>
    public const string CyclicReferences = "MIG1042";

    /// <summary>A reference to an entity whose key has several columns.</summary>
    public const string ReferenceToCompositeKey = "MIG1043";

    /// <summary>Settings of one column that exclude each other.</summary>
    public const string ConflictingColumnSettings = "MIG1044";

    /// <summary>A time zone that is not an IANA name known to this machine.</summary>
    public const string UnknownTimeZone = "MIG1045";

    /// <summary>A value that <c>nullIf</c> lists twice.</summary>
    public const string DuplicateNullIf = "MIG1046";

    /// <summary>An empty <c>values</c>, which would reject every row.</summary>
    public const string EmptyValues = "MIG1047";

    /// <summary>A column in each tenant's time zone, but <c>tenants</c> names no column with them.</summary>
    public const string TenantZoneWithoutColumn = "MIG1048";

    /// <summary>A policy for local times on a column that names no time zone.</summary>
    public const string LocalTimePolicyWithoutZone = "MIG1049";

    /// <summary>A filter with no operator, or with several.</summary>
    public const string FilterOperator = "MIG1050";

    /// <summary>A filter that compares with nothing: an empty list or an empty text.</summary>
    public const string EmptyFilter = "MIG1051";

    /// <summary>A value that a filter's <c>in</c> lists twice.</summary>
    public const string DuplicateFilterValue = "MIG1052";

    /// <summary>An option outside its range.</summary>
    public const string OptionOutOfRange = "MIG1060";

    /// <summary>A blackout whose days or times make no sense.</summary>
    public const string InvalidBlackout = "MIG1061";

    /// <summary>A blackout without time zone, of tenants without one.</summary>
    public const string BlackoutZoneMissing = "MIG1062";

    /// <summary>Blackouts that leave no minute of the week to work in.</summary>
    public const string BlackoutWithoutEnd = "MIG1063";

    /// <summary>A mark of deleted rows that is not mapped.</summary>
    public const string SoftDeleteNotMapped = "MIG1064";

    /// <summary>A collation for tenants' keys that is missing, superfluous, or no collation's name.</summary>
    public const string TenantCollation = "MIG1065";

    /// <summary>A setting for policies whose name is none.</summary>
    public const string InvalidSettingName = "MIG1066";

    /// <summary>A manifest that changed since the run that should go on with it.</summary>
    public const string ManifestChanged = "MIG1070";
}
