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
        CheckIgnored(problems, $"{path}.source.ignore", entity);
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
        if (entity.SoftDelete is { } mark && !entity.Columns.Any(c => Same(c.Source, mark)))
            problems.Add(ErrorCodes.SoftDeleteNotMapped, $"{path}.softDelete",
                $"Column {Quoted.Text(mark)} marks deleted rows, but no target column gets it.",
                "Map it: a deleted row would look like a live one in the target.");
    }

    static void CheckSource(ProblemCollector problems, string path, EntitySource source)
    {
        IdentifierRules.CheckSourceTable(problems, $"{path}.table", source.Table);
        IdentifierRules.CheckSourceColumn(problems, $"{path}.tenant", source.Tenant);
        if (source.Key.Count == 0)
            problems.Add(ErrorCodes.EmptyKey, $"{path}.key", "The key has no column.",
                "Name the columns that are unique within a tenant, in the order of their index.");
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < source.Key.Count; i++)
        {
            var column = source.Key[i];
            var at = JsonPath.Index($"{path}.key", i);
            IdentifierRules.CheckSourceColumn(problems, at, column);
            if (!seen.Add(column))
                problems.Add(ErrorCodes.DuplicateKeyColumn, at,
                    $"Column {Quoted.Text(column)} stands twice in the key.", "Keep the first.");
            else if (source.Key.Count > 1 && Same(column, source.Tenant))
                problems.Add(ErrorCodes.TenantColumnInKey, at,
                    $"{Quoted.Text(column)} is the tenant column; the key is read within one tenant.",
                    "Leave it out of the key.");
        }
    }

    static void CheckTarget(ProblemCollector problems, string path, EntityTarget target)
    {
        IdentifierRules.CheckTargetTable(problems, $"{path}.table", target.Table);
        IdentifierRules.CheckTargetColumn(problems, $"{path}.tenant", target.Tenant);
        IdentifierRules.CheckTargetColumn(problems, $"{path}.id", target.Id);
        IdentifierRules.CheckTargetColumn(problems, $"{path}.legacyId", target.LegacyId);
    }

    // SQL Server compares names without case in nearly every collation.
    static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    static void CheckIgnored(ProblemCollector problems, string path, EntityManifest entity)
    {
        var used = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        used.TryAdd(entity.Source.Tenant, "holds the tenant");
        foreach (var column in entity.Source.Key)
            used.TryAdd(column, "is part of the key");
        foreach (var column in entity.Columns)
            used.TryAdd(column.Source, $"goes to {Quoted.Text(column.Target)}");

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < entity.Source.Ignore.Count; i++)
        {
            var column = entity.Source.Ignore[i];
            var at = JsonPath.Index(path, i);
            IdentifierRules.CheckSourceColumn(problems, at, column);
            if (!seen.Add(column))
                problems.Add(ErrorCodes.IgnoredTwice, at,
                    $"Column {Quoted.Text(column)} is ignored twice.", "Keep one.");
            else if (used.TryGetValue(column, out var use))
                problems.Add(ErrorCodes.UsedAndIgnored, at, $"Column {Quoted.Text(column)} is ignored, but it {use}.",
                    "Take it out of 'ignore', or do not use it.");
        }
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
