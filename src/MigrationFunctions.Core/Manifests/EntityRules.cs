using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Whether one entity makes sense, apart from its references to others.</summary>
static class EntityRules
{
    /// <summary>PostgreSQL's limit on the columns of a table (PostgreSQL documentation, appendix K).</summary>
    public const int MaxColumns = 1_600;

    public static void Check(ProblemCollector problems, string path, EntityManifest entity, TenantSource tenants)
    {
        NameRules.CheckEntity(problems, $"{path}.name", entity.Name);
        CheckSource(problems, $"{path}.source", entity.Source);
        CheckTarget(problems, $"{path}.target", entity.Target);
        SourceColumnRules.CheckRepeated(problems, path, entity);
        if (entity.Ids == IdScheme.V8 && entity.Source.Key.Count > 1)
            problems.Add(ErrorCodes.OrderedIdOfCompositeKey, $"{path}.ids",
                "Version 8 ids keep the order of a single integer key; this key has several columns.", "Use 'v5'.");
        if (entity.Columns.Count + 3 > MaxColumns)
            problems.Add(ErrorCodes.ColumnCount, $"{path}.columns",
                $"{entity.Columns.Count} columns, the tenant's and the two ids are more than {MaxColumns}.",
                "Split the table into two target tables.");
        CheckTargetColumns(problems, path, entity);
        for (var i = 0; i < entity.Columns.Count; i++)
            ColumnRules.Check(
                problems, JsonPath.Index($"{path}.columns", i), entity.Columns[i], tenants.TimeZoneColumn is not null);
        FilterRules.Check(problems, $"{path}.filters", entity.Filters);
        if (entity.SoftDelete is { } mark && entity.FindMark() is null)
            SourceColumnRules.AddMarkNotMapped(problems, path, mark);
    }

    static void CheckSource(ProblemCollector problems, string path, EntitySource source)
    {
        IdentifierRules.CheckSourceTable(problems, $"{path}.table", source.Table);
        IdentifierRules.CheckSourceColumn(problems, $"{path}.tenant", source.Tenant);
        if (source.Key.Count == 0)
            problems.Add(ErrorCodes.EmptyKey, $"{path}.key", "The key has no column.",
                "Name the columns that are unique within a tenant, in the order of their index.");
        for (var i = 0; i < source.Key.Count; i++)
            IdentifierRules.CheckSourceColumn(problems, JsonPath.Index($"{path}.key", i), source.Key[i]);
        for (var i = 0; i < source.Ignore.Count; i++)
            IdentifierRules.CheckIgnoredColumn(problems, JsonPath.Index($"{path}.ignore", i), source.Ignore[i]);
    }

    static void CheckTarget(ProblemCollector problems, string path, EntityTarget target)
    {
        IdentifierRules.CheckTargetTable(problems, $"{path}.table", target.Table);
        IdentifierRules.CheckTargetColumn(problems, $"{path}.tenant", target.Tenant);
        IdentifierRules.CheckSetting(problems, $"{path}.tenantSetting", target.TenantSetting);
        IdentifierRules.CheckTargetColumn(problems, $"{path}.id", target.Id);
        IdentifierRules.CheckTargetColumn(problems, $"{path}.legacyId", target.LegacyId);
    }

    static void CheckTargetColumns(ProblemCollector problems, string path, EntityManifest entity)
    {
        var written = new Dictionary<string, string>(StringComparer.Ordinal);
        Write(entity.Target.Tenant, $"{path}.target.tenant", "the tenant");
        Write(entity.Target.Id, $"{path}.target.id", "the row's id");
        Write(entity.Target.LegacyId, $"{path}.target.legacyId", "the legacy key");
        for (var i = 0; i < entity.Columns.Count; i++)
            Write(entity.Columns[i].Target, $"{JsonPath.Index($"{path}.columns", i)}.target",
                $"source column {Quoted.Text(entity.Columns[i].Source)}");

        void Write(string column, string at, string what)
        {
            if (!written.TryAdd(column, what))
                problems.Add(ErrorCodes.DuplicateTargetColumn, at,
                    $"Target column {Quoted.Text(column)} already gets {written[column]}.",
                    "Write each target column once.");
        }
    }
}
