using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Tests.Manifests;

/// <summary>One fault put into the sample manifest, and the one problem that it gives.</summary>
/// <param name="Name">The rule, as a sentence.</param>
/// <param name="Edits">Path and JSON fragment of each edit; a null fragment removes.</param>
/// <param name="Place">JSON path of the problem.</param>
/// <param name="Says">Words that message or remedy must hold.</param>
public sealed record ManifestFault(
    string Name, string Code, (string Path, string? Json)[] Edits, string Place, string Says)
{
    public override string ToString() => Name;
}

static class ManifestFaults
{
    const string Thing = """
        { "name": "thing", "source": { "table": "dbo.Thing", "tenant": "DistrictID", "key": ["A", "B"] },
          "target": { "table": "school.thing" }, "columns": [] }
        """;

    static string Linked(string name, string reference) => $$"""
        { "name": "{{name}}", "source": { "table": "dbo.{{name}}", "tenant": "DistrictID", "key": ["ID"] },
          "target": { "table": "school.{{name}}" },
          "columns": [ { "source": "OtherID", "target": "other_id", "reference": "{{reference}}" } ] }
        """;

    public static IReadOnlyList<ManifestFault> All { get; } =
        [.. Form(), .. Names(), .. Tenants(), .. Entities(), .. References(), .. Columns(), .. FiltersAndOptions()];

    static ManifestFault One(string name, string code, string path, string? json, string place, string says) =>
        new(name, code, [(path, json)], place, says);

    static string Repeat(int count, Func<int, string> element) =>
        $"[{string.Join(',', Enumerable.Range(0, count).Select(element))}]";

    static IEnumerable<ManifestFault> Form() =>
    [
        One("An unknown property is answered with the known ones", ErrorCodes.UnknownProperty,
            "entities[0].columns[0].trimm", "\"end\"", "$.entities[0].columns[0].trimm", "known are source, target"),
        One("A property in the wrong case is unknown", ErrorCodes.UnknownProperty, "Description", "\"x\"",
            "$.Description", "Did you mean 'description'?"),
        One("Text where a number belongs", ErrorCodes.WrongType, "options.batchSize", "\"20000\"",
            "$.options.batchSize", "Expected a whole number, found the text '20000'"),
        One("A fraction where a whole number belongs", ErrorCodes.WrongType, "options.batchSize", "2.5",
            "$.options.batchSize", "found the number 2.5"),
        One("A number beyond 32 bits", ErrorCodes.WrongType, "options.batchSize", "20000000000", "$.options.batchSize",
            "a whole number"),
        One("A list where an object belongs", ErrorCodes.WrongType, "tenants", "[]", "$.tenants",
            "Expected an object, found a list"),
        One("An object where a list belongs", ErrorCodes.WrongType, "entities[0].source.key", "{}",
            "$.entities[0].source.key", "Expected a list"),
        One("Null where a value belongs", ErrorCodes.WrongType, "entities[0].columns", "null", "$.entities[0].columns",
            "found null"),
        One("Null in a list", ErrorCodes.WrongType, "entities[0].source.key[0]", "null", "$.entities[0].source.key[0]",
            "found null"),
        One("A namespace that is no UUID", ErrorCodes.WrongType, "idNamespace", "\"abc\"", "$.idNamespace", "a UUID"),
        One("A filter value that is a list", ErrorCodes.WrongType, "entities[1].filters[0].equalTo", "[1]",
            "$.entities[1].filters[0].equalTo", "a text, a number, true or false"),
        One("A missing required property", ErrorCodes.MissingProperty, "entities[1].source.tenant", null,
            "$.entities[1].source.tenant", "'tenant' is missing"),
        One("A value that an enum does not have", ErrorCodes.UnknownValue, "entities[1].ids", "\"v4\"",
            "$.entities[1].ids", "Allowed are v5, v8"),
        One("An enum value in the wrong case", ErrorCodes.UnknownValue, "options.writePath", "\"Direct\"",
            "$.options.writePath", "Did you mean 'direct'?"),
        One("A number for an enum", ErrorCodes.WrongType, "options.writePath", "1", "$.options.writePath",
            "one of auto, direct, staged"),
    ];

    static IEnumerable<ManifestFault> Names() =>
    [
        One("A manifest's name with capitals", ErrorCodes.InvalidName, "name", "\"School\"", "$.name", "lower case"),
        One("A manifest's name that is a path", ErrorCodes.InvalidName, "name", "\"../x\"", "$.name", "lower case"),
        One("A manifest's name with a line break at its end", ErrorCodes.InvalidName, "name", "\"sample\\n\"", "$.name",
            "'sample\\u000a'"),
        new("An entity's name with a dash", ErrorCodes.InvalidName,
            [("entities[0].name", "\"the-school\""), ("entities[1].columns[0].reference", "\"the-school\"")],
            "$.entities[0].name", "underscores"),
        One("A filter's name with a space", ErrorCodes.InvalidName, "entities[1].filters[0].name", "\"test students\"",
            "$.entities[1].filters[0].name", "'testStudents'"),
        One("A name longer than an identifier", ErrorCodes.InvalidName, "entities[1].name",
            $"\"{new string('a', 64)}\"", "$.entities[1].name", "1 to 63"),
        One("A table without schema", ErrorCodes.InvalidTableName, "entities[0].source.table", "\"School\"",
            "$.entities[0].source.table", "schema.table"),
        One("A table of three parts", ErrorCodes.InvalidTableName, "entities[0].target.table", "\"db.school.school\"",
            "$.entities[0].target.table", "schema.table"),
        One("A table in brackets", ErrorCodes.InvalidTableName, "tenants.table", "\"[dbo].[District]\"",
            "$.tenants.table", "holds the character '['"),
        One("A table with an empty part", ErrorCodes.InvalidTableName, "tenants.table", "\"dbo.\"", "$.tenants.table",
            "empty part"),
        One("A table of the ledger", ErrorCodes.ReservedSchema, "entities[0].target.table", "\"migration.batch_state\"",
            "$.entities[0].target.table", "'migration'"),
        One("A table of the server", ErrorCodes.ReservedSchema, "entities[0].target.table", "\"pg_catalog.pg_class\"",
            "$.entities[0].target.table", "'pg_catalog'"),
        One("A setting without a prefix, which would be the server's own", ErrorCodes.InvalidSettingName,
            "entities[0].target.tenantSetting", "\"work_mem\"", "$.entities[0].target.tenantSetting", "prefix.name"),
        One("A setting that injects a statement", ErrorCodes.InvalidSettingName, "entities[0].target.tenantSetting",
            "\"app.x'); --\"", "$.entities[0].target.tenantSetting", "letters, digits and _"),
        One("A column that injects a statement", ErrorCodes.InvalidColumnName, "entities[0].source.tenant",
            "\"a]; DROP TABLE b\"", "$.entities[0].source.tenant", "holds the character ']'"),
        One("A column that begins a comment", ErrorCodes.InvalidColumnName, "entities[0].source.key[0]", "\"a --\"",
            "$.entities[0].source.key[0]", "two dashes"),
        One("A column with a quote", ErrorCodes.InvalidColumnName, "entities[0].columns[0].target", "\"na\\\"me\"",
            "$.entities[0].columns[0].target", "holds the character '\"'"),
        One("A column with a control character", ErrorCodes.InvalidColumnName, "entities[0].columns[0].source",
            "\"a\\u0000b\"", "$.entities[0].columns[0].source", "'\\u0000'"),
        One("A column that ends in a space", ErrorCodes.InvalidColumnName, "tenants.nameColumn", "\"Name \"",
            "$.tenants.nameColumn", "begins or ends with a space"),
        One("A source column longer than SQL Server allows", ErrorCodes.InvalidColumnName, "tenants.key",
            $"\"{new string('a', 129)}\"", "$.tenants.key", "longer than 128 characters"),
        One("A target column that PostgreSQL would cut", ErrorCodes.InvalidColumnName, "entities[0].columns[0].target",
            $"\"{new string('ж', 32)}\"", "$.entities[0].columns[0].target", "longer than 63 bytes"),
        One("An ignored column without a name", ErrorCodes.InvalidColumnName, "entities[0].source.ignore[0]",
            "\"\"", "$.entities[0].source.ignore[0]", "empty"),
        One("A filter's column with an apostrophe", ErrorCodes.InvalidColumnName, "entities[1].filters[0].column",
            "\"it's\"", "$.entities[1].filters[0].column", "'''"),
    ];

    static IEnumerable<ManifestFault> Tenants() =>
    [
        One("Keys compared as text need a collation", ErrorCodes.TenantCollation,
            "tenants.compareAs", "\"text\"", "$.tenants.collation", "Name the collation"),
        One("A collation is for text", ErrorCodes.TenantCollation,
            "tenants.collation", "\"Latin1_General_CI_AS\"", "$.tenants.collation", "compareAs to text"),
        new("A collation has a plain name", ErrorCodes.TenantCollation,
            [("tenants.compareAs", "\"text\""), ("tenants.collation", "\"x; DROP TABLE y\"")], "$.tenants.collation", "no name of a collation"),
    ];

    static IEnumerable<ManifestFault> Entities() =>
    [
        One("A manifest without entities", ErrorCodes.EntityCount, "entities", "[]", "$.entities", "1 to 500"),
        One("A manifest with too many entities", ErrorCodes.EntityCount, "entities",
            Repeat(501, _ => Thing), "$.entities", "501 entities"),
        One("An entity with too many columns", ErrorCodes.ColumnCount, "entities[0].columns",
            Repeat(1598, i => $$"""{ "source": "c{{i}}", "target": "c{{i}}" }"""), "$.entities[0].columns", "1600"),
        new("Two entities of one name", ErrorCodes.DuplicateEntity,
            [("entities[2]", Thing), ("entities[2].name", "\"student\"")], "$.entities[2].name", "'student'"),
        new("Two entities that write one table", ErrorCodes.DuplicateTargetTable,
            [("entities[2]", Thing), ("entities[2].target.table", "\"school.student\"")], "$.entities[2].target.table",
            "Entity 'student' writes"),
        One("A key without columns", ErrorCodes.EmptyKey, "entities[0].source.key", "[]", "$.entities[0].source.key",
            "unique within a tenant"),
        One("A key that repeats a column", ErrorCodes.DuplicateKeyColumn, "entities[0].source.key[1]",
            "\"SchoolID\"", "$.entities[0].source.key[1]", "twice"),
        new("A composite key that repeats the tenant column", ErrorCodes.TenantColumnInKey,
            [("entities[2]", Thing), ("entities[2].source.key[0]", "\"DistrictID\"")], "$.entities[2].source.key[0]",
            "Leave it out"),
        One("A target column that two columns write", ErrorCodes.DuplicateTargetColumn, "entities[1].columns[1].target",
            "\"school_id\"", "$.entities[1].columns[1].target", "source column 'SchoolID'"),
        One("A target column that the tenant fills", ErrorCodes.DuplicateTargetColumn, "entities[1].columns[1].target",
            "\"tenant_id\"", "$.entities[1].columns[1].target", "the tenant"),
        One("A target column for id and legacy key", ErrorCodes.DuplicateTargetColumn, "entities[1].target.legacyId",
            "\"id\"", "$.entities[1].target.legacyId", "the row's id"),
        One("A column that is mapped and ignored", ErrorCodes.UsedAndIgnored, "entities[0].source.ignore[0]",
            "\"SchoolName\"", "$.entities[0].source.ignore[0]", "goes to 'name'"),
        One("A key column that is ignored", ErrorCodes.UsedAndIgnored, "entities[0].source.ignore[0]", "\"SchoolID\"",
            "$.entities[0].source.ignore[0]", "part of the key"),
        One("A mark of deletion that is not mapped", ErrorCodes.SoftDeleteNotMapped, "entities[0].softDelete",
            "\"RowVer\"", "$.entities[0].softDelete", "no target column"),
        One("A column that is ignored twice", ErrorCodes.IgnoredTwice, "entities[0].source.ignore[1]", "\"RowVer\"",
            "$.entities[0].source.ignore[1]", "twice"),
        new("Ordered ids for a composite key", ErrorCodes.OrderedIdOfCompositeKey,
            [("entities[2]", Thing), ("entities[2].ids", "\"v8\"")], "$.entities[2].ids", "Use 'v5'"),
    ];

    static IEnumerable<ManifestFault> References() =>
    [
        One("A reference to an entity that is not there", ErrorCodes.UnknownReference,
            "entities[1].columns[0].reference", "\"schools\"", "$.entities[1].columns[0].reference",
            "Did you mean 'school'?"),
        One("A reference of an entity to itself", ErrorCodes.SelfReference, "entities[1].columns[0].reference",
            "\"student\"", "$.entities[1].columns[0].reference", "itself"),
        new("References that form a circle of two", ErrorCodes.CyclicReferences,
            [("entities[0].columns[1]", """{ "source": "BestID", "target": "best_id", "reference": "student" }""")],
            "$.entities[0].columns[1].reference", "school -> student -> school"),
        new("References that form a circle of three behind a fourth", ErrorCodes.CyclicReferences,
            [("entities[2]", Linked("d", "a")), ("entities[3]", Linked("a", "b")),
             ("entities[4]", Linked("b", "c")), ("entities[5]", Linked("c", "a"))],
            "$.entities[3].columns[0].reference", "a -> b -> c -> a"),
        new("A reference to a composite key", ErrorCodes.ReferenceToCompositeKey,
            [("entities[2]", Thing), ("entities[1].columns[0].reference", "\"thing\"")],
            "$.entities[1].columns[0].reference", "2 columns"),
    ];

    static IEnumerable<ManifestFault> Columns() =>
    [
        One("A reference with a table of values", ErrorCodes.ConflictingColumnSettings, "entities[1].columns[0].values",
            """{ "1": "2" }""", "$.entities[1].columns[0]", "'values'"),
        One("A reference with trimming", ErrorCodes.ConflictingColumnSettings, "entities[1].columns[0].trim",
            "\"both\"", "$.entities[1].columns[0]", "'trim'"),
        One("A time zone on a column of text", ErrorCodes.ConflictingColumnSettings, "entities[1].columns[3].nul",
            "\"remove\"", "$.entities[1].columns[3]", "'nul' is about text and 'timeZone' about times"),
        One("A value that is renamed and nulled", ErrorCodes.ConflictingColumnSettings, "entities[1].columns[2].nullIf",
            "[\"M\"]", "$.entities[1].columns[2].nullIf[0]", "Keep one of the two"),
        One("An unknown time zone", ErrorCodes.UnknownTimeZone, "entities[1].columns[3].timeZone",
            "\"America/Chicagoo\"", "$.entities[1].columns[3].timeZone", "Did you mean 'America/Chicago'?"),
        One("A time zone in Windows' words", ErrorCodes.UnknownTimeZone, "entities[1].columns[3].timeZone",
            "\"Central Standard Time\"", "$.entities[1].columns[3].timeZone", "'America/Chicago' is the IANA name"),
        One("A time zone that is a path", ErrorCodes.UnknownTimeZone, "entities[1].columns[3].timeZone",
            "\"../../../etc/localtime\"", "$.entities[1].columns[3].timeZone", "or 'UTC'"),
        One("The tenants' own zones, which stand nowhere", ErrorCodes.TenantZoneWithoutColumn,
            "entities[1].columns[3].timeZone", "\"tenant\"", "$.entities[1].columns[3].timeZone",
            "'tenants.timeZoneColumn'"),
        One("A policy for local times of no zone", ErrorCodes.LocalTimePolicyWithoutZone,
            "entities[1].columns[1].ambiguousTime", "\"later\"", "$.entities[1].columns[1].ambiguousTime",
            "names no 'timeZone'"),
        One("A reference with a policy for local times", ErrorCodes.ConflictingColumnSettings,
            "entities[1].columns[0]", """
            {
              "source": "SchoolID", "target": "school_id", "reference": "school", "timeZone": "UTC",
              "skippedTime": "reject"
            }
            """, "$.entities[1].columns[0]", "'timeZone', 'skippedTime'"),
        One("A sentinel listed twice", ErrorCodes.DuplicateNullIf, "entities[1].columns[1].nullIf[1]", "\"9999-12-31\"",
            "$.entities[1].columns[1].nullIf[1]", "twice"),
        One("A sentinel that is null", ErrorCodes.WrongType, "entities[1].columns[1].nullIf[1]", "null",
            "$.entities[1].columns[1].nullIf[1]", "found null"),
        One("A value that is renamed to null", ErrorCodes.WrongType, "entities[1].columns[2].values.M", "null",
            "$.entities[1].columns[2].values.M", "found null"),
        One("An empty table of values", ErrorCodes.EmptyValues, "entities[1].columns[2].values", "{}",
            "$.entities[1].columns[2].values", "rejected"),
    ];

    static IEnumerable<ManifestFault> FiltersAndOptions() =>
    [
        One("Two filters of one name", ErrorCodes.DuplicateFilter, "entities[1].filters[1]",
            """{ "name": "testStudents", "column": "X", "isNull": true }""", "$.entities[1].filters[1].name",
            "'testStudents'"),
        One("A filter without operator", ErrorCodes.FilterOperator, "entities[1].filters[0].equalTo", null,
            "$.entities[1].filters[0]", "no operator"),
        One("A filter that compares with null", ErrorCodes.FilterOperator, "entities[1].filters[0].equalTo", "null",
            "$.entities[1].filters[0]", "isNull"),
        One("A filter with two operators", ErrorCodes.FilterOperator, "entities[1].filters[0].startsWith", "\"T\"",
            "$.entities[1].filters[0]", "'equalTo', 'startsWith'"),
        new("A filter with an empty list", ErrorCodes.EmptyFilter,
            [("entities[1].filters[0].equalTo", null), ("entities[1].filters[0].in", "[]")],
            "$.entities[1].filters[0].in", "never apply"),
        new("A filter that lists a value twice", ErrorCodes.DuplicateFilterValue,
            [("entities[1].filters[0].equalTo", null), ("entities[1].filters[0].in", "[1, \"a\", 1.0]")],
            "$.entities[1].filters[0].in[2]", "'1.0' stands twice"),
        new("A filter that lists null", ErrorCodes.WrongType,
            [("entities[1].filters[0].equalTo", null), ("entities[1].filters[0].in", "[true, null]")],
            "$.entities[1].filters[0].in[1]", "found null"),
        new("A filter with an empty beginning", ErrorCodes.EmptyFilter,
            [("entities[1].filters[0].equalTo", null), ("entities[1].filters[0].startsWith", "\"\"")],
            "$.entities[1].filters[0].startsWith", "all rows"),
        One("A negative batch size", ErrorCodes.OptionOutOfRange, "options.batchSize", "-5", "$.options.batchSize",
            "from 1 to 100000"),
        One("A huge batch size", ErrorCodes.OptionOutOfRange, "options.batchSize", "100001", "$.options.batchSize",
            "from 1 to 100000"),
        One("No batch window", ErrorCodes.OptionOutOfRange, "options.batchWindow", "0", "$.options.batchWindow",
            "from 1 to 32"),
        One("A tenant window beyond the limit", ErrorCodes.OptionOutOfRange, "options.tenantWindow", "65",
            "$.options.tenantWindow", "from 1 to 64"),
        One("A negative reject limit", ErrorCodes.OptionOutOfRange, "options.rejectLimit", "-1",
            "$.options.rejectLimit", "from 0 to 1000000"),
        One("No reader", ErrorCodes.OptionOutOfRange, "options.sourceReaders", "0", "$.options.sourceReaders",
            "from 1 to 64"),
        One("A throttle that may not let anything through", ErrorCodes.OptionOutOfRange, "options.throttle",
            """{ "minimum": 0 }""", "$.options.throttle.minimum", "from 1 to 64"),
        One("A throttle that is always congested", ErrorCodes.OptionOutOfRange, "options.throttle",
            """{ "latencyFactor": 1.2 }""", "$.options.throttle.latencyFactor", "from 1.5 to 100"),
        One("A blackout on no day", ErrorCodes.InvalidBlackout, "options.blackouts",
            Blackouts("[]", "07:00", "16:00"), "$.options.blackouts[0].days", "on no day"),
        One("A blackout on the same day twice", ErrorCodes.InvalidBlackout, "options.blackouts",
            Blackouts("[\"monday\", \"monday\"]", "07:00", "16:00"), "$.options.blackouts[0].days", "twice"),
        One("A blackout on a day that is null", ErrorCodes.WrongType, "options.blackouts",
            Blackouts("[\"monday\", null]", "07:00", "16:00"), "$.options.blackouts[0].days[1]", "found null"),
        One("A blackout that is null", ErrorCodes.WrongType, "options.blackouts", "[null]", "$.options.blackouts[0]",
            "found null"),
        One("A blackout at no time", ErrorCodes.InvalidBlackout, "options.blackouts",
            Blackouts("[\"monday\"]", "7:00", "16:00"), "$.options.blackouts[0].from", "'7:00' is not a time"),
        One("A blackout that begins at the end of the day", ErrorCodes.InvalidBlackout, "options.blackouts",
            Blackouts("[\"monday\"]", "24:00", "16:00"), "$.options.blackouts[0].from", "'to' may be '24:00'"),
        One("A blackout that ends when it begins", ErrorCodes.InvalidBlackout, "options.blackouts",
            Blackouts("[\"monday\"]", "07:00", "07:00"), "$.options.blackouts[0].to", "ends when it begins"),
        One("A blackout in a zone that nobody knows", ErrorCodes.UnknownTimeZone, "options.blackouts",
            Blackouts("[\"monday\"]", "07:00", "16:00", "Mars/Olympus"), "$.options.blackouts[0].timeZone", "Use a name"),
        One("A blackout of tenants without a zone", ErrorCodes.BlackoutZoneMissing, "options.blackouts",
            Blackouts("[\"monday\"]", "07:00", "16:00", null), "$.options.blackouts[0]", "tenants.timeZoneColumn"),
        One("A blackout that never ends", ErrorCodes.BlackoutWithoutEnd, "options.blackouts",
            Blackouts(
                """["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]""", "00:00", "24:00"),
            "$.options.blackouts", "every minute of the week"),
        One("A time-out of no seconds", ErrorCodes.OptionOutOfRange, "options.commandTimeoutSeconds", "0",
            "$.options.commandTimeoutSeconds", "from 1 to 3600"),
    ];

    static string Blackouts(string days, string from, string to, string? zone = "UTC") =>
        $$"""[{ "days": {{days}}, "from": "{{from}}", "to": "{{to}}"{{(zone is null ? "" : $", \"timeZone\": \"{zone}\"")}} }]""";
}
