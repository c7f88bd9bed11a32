using MigrationFunctions.PostgreSql.Connections;

namespace MigrationFunctions.PostgreSql.Mapping;

/// <summary>An entity whose legacy keys can be looked up, with the type of its legacy column as it is now.</summary>
sealed class MappedEntity
{
    /// <summary>Those whose table and columns exist; begins a query that may go on with AND.</summary>
    public const string Sql =
        """
        SELECT m.entity AS Entity, m.target_table AS TargetTable, m.tenant_column AS TenantColumn,
               m.id_column AS IdColumn, m.legacy_column AS LegacyColumn, m.id_namespace AS IdNamespace, m.tenant_setting AS TenantSetting,
               format_type(l.atttypid, -1) AS LegacyType
        FROM migration.mapped_entity AS m
        JOIN pg_namespace AS n ON n.nspname = split_part(m.target_table, '.', 1)
        JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = split_part(m.target_table, '.', 2)
        JOIN pg_attribute AS l ON l.attrelid = c.oid AND l.attname = m.legacy_column AND l.attnum > 0
        WHERE (SELECT count(*) FROM pg_attribute AS a
               WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attname IN (m.tenant_column, m.id_column)) = 2
        """;

    public string Entity { get; init; } = "";

    public string TargetTable { get; init; } = "";

    public string TenantColumn { get; init; } = "";

    public string IdColumn { get; init; } = "";

    public string LegacyColumn { get; init; } = "";

    public string LegacyType { get; init; } = "";

    public Guid IdNamespace { get; init; }

    public string TenantSetting { get; init; } = "";

    /// <summary>SQL for the legacy column as key text.</summary>
    public string ToKeyText
    {
        get
        {
            var column = Identifier.Quote(LegacyColumn);
            return LegacyType switch
            {
                "numeric" => $"trim_scale({column})::text",
                "bytea" => $"encode({column}, 'hex')",
                "boolean" => $"{column}::integer::text",
                "bpchar" => $"rtrim({column}::text)",
                "time without time zone" => $"to_char({column}::interval, 'HH24:MI:SS.US') || '0'",
                "timestamp without time zone" => $"to_char({column}, {Iso}) || '0'",
                "timestamp with time zone" => $"to_char({column} AT TIME ZONE 'UTC', {Iso}) || '0Z'",
                _ => $"{column}::text",
            };
        }
    }

    const string Iso = "'YYYY-MM-DD\"T\"HH24:MI:SS.US'";

    /// <summary>SQL for a parameter with key text as a value of the legacy column, so that its index serves.</summary>
    public string FromKeyText(string parameter) =>
        LegacyType == "bytea" ? $"decode({parameter}, 'hex')" : $"CAST({parameter} AS {LegacyType})";
}
