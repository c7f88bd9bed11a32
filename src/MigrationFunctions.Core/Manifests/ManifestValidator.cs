using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Manifests;

/// <summary>Whether a manifest makes sense by itself. Whether the databases agree with it is preflight's
/// question.</summary>
public static class ManifestValidator
{
    /// <summary>Entities that one manifest may have.</summary>
    public const int MaxEntities = 500;

    /// <summary>All problems of a manifest, in its own order; empty when it is valid.</summary>
    /// <param name="file">What the manifest was read from, as problems name it.</param>
    public static IReadOnlyList<Problem> Validate(Manifest manifest, string file)
    {
        var problems = new ProblemCollector(file);
        NameRules.CheckManifest(problems, "$.name", manifest.Name);
        CheckTenants(problems, manifest.Tenants);
        CheckEntities(problems, manifest.Entities, manifest.Tenants);
        return [.. problems.Problems, .. Validate(manifest.Options, manifest.Tenants, $"{file} $.options")];
    }

    /// <summary>All problems of options, for example of those that a start overrides.</summary>
    /// <param name="place">The place of the options: <c>options</c> gives problems at <c>options.batchSize</c>.</param>
    public static IReadOnlyList<Problem> Validate(MigrationOptions options, TenantSource tenants, string place) =>
    [
        .. OptionRange.All.Select(range => range.Check(options, place)).OfType<Problem>(),
        .. BlackoutRules.Check(options.Blackouts, place),
        .. BlackoutRules.CheckZones(options.Blackouts, tenants, place),
    ];

    static void CheckTenants(ProblemCollector problems, TenantSource tenants)
    {
        IdentifierRules.CheckSourceTable(problems, "$.tenants.table", tenants.Table);
        IdentifierRules.CheckSourceColumn(problems, "$.tenants.key", tenants.Key);
        if (tenants.NameColumn is { } name)
            IdentifierRules.CheckSourceColumn(problems, "$.tenants.nameColumn", name);
        if (tenants.TimeZoneColumn is { } zone)
            IdentifierRules.CheckSourceColumn(problems, "$.tenants.timeZoneColumn", zone);
        TenantComparisonRules.Check(problems, tenants);
    }

    static void CheckEntities(
        ProblemCollector problems, IReadOnlyList<EntityManifest> entities, TenantSource tenants)
    {
        if (entities.Count is 0 or > MaxEntities)
        {
            problems.Add(ErrorCodes.EntityCount, "$.entities", $"The manifest has {entities.Count} entities.",
                $"Give 1 to {MaxEntities}; move more with several manifests.");
            return;
        }
        for (var i = 0; i < entities.Count; i++)
            EntityRules.Check(problems, JsonPath.Index("$.entities", i), entities[i], tenants);
        CheckUnique(problems, entities);
        ReferenceRules.Check(problems, entities);
    }

    static void CheckUnique(ProblemCollector problems, IReadOnlyList<EntityManifest> entities)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var writers = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < entities.Count; i++)
        {
            var entity = entities[i];
            var path = JsonPath.Index("$.entities", i);
            if (!names.Add(entity.Name))
                problems.Add(ErrorCodes.DuplicateEntity, $"{path}.name",
                    $"Another entity is called {Quoted.Text(entity.Name)} too.", "Give each entity a name of its own.");
            var table = entity.Target.Table;
            if (!writers.TryAdd(table, entity.Name))
                problems.Add(ErrorCodes.DuplicateTargetTable, $"{path}.target.table",
                    $"Entity {Quoted.Text(writers[table])} writes {Quoted.Text(table)} too.",
                    "Give each entity a target table of its own; join two sources in a view.");
        }
    }
}
