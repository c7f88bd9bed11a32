using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Mapping;

/// <summary>Compares the columns that an entity names with those that its tables have, and collects what is
/// wrong. The entity's source names are resolved (<see cref="SourceNames"/>): equal text is one column.</summary>
sealed class EntityColumns(Manifest manifest, EntityManifest entity, SourceTable source, TargetTable target)
{
    readonly string _path = JsonPath.Index("$.entities", manifest.Entities.TakeWhile(e => e.Name != entity.Name).Count());

    public List<Problem> Problems { get; } = [];

    public SourceColumn? FindSource(string name, string place)
    {
        if (SourceNames.ProblemOf(source, name, place) is not { } problem)
            return source.Find(name);
        Add(problem, place);
        return null;
    }

    public TargetColumn? FindTarget(string name, string place)
    {
        var column = target.Find(name);
        if (column is null)
        {
            Report(ErrorCodes.UnknownTargetColumn, place, $"Table {target.Name} has no column {Quoted.Text(name)}.",
                Suggestion.Remedy(name, target.Columns.Select(c => c.Name)));
        }
        else if (column.IsGenerated)
        {
            Report(ErrorCodes.GeneratedTargetColumn, place,
                $"Column {name} of {target.Name} is generated and cannot be written.",
                "Map another column, or leave this one to the database.");
        }

        return column;
    }

    /// <summary>What the manifest's own check could not see: names of different case that are one column.</summary>
    public void FindRepeatedSource()
    {
        var found = new ProblemCollector(manifest.Name);
        SourceColumnRules.CheckRepeated(found, _path, entity);
        if (entity.SoftDelete is { } mark && source.Find(mark) is not null && entity.Columns.All(c => c.Source != mark))
            SourceColumnRules.AddMarkNotMapped(found, _path, mark);
        Problems.AddRange(found.Problems);
    }

    public void FindUnmappedSource()
    {
        for (var i = 0; i < entity.Source.Ignore.Count; i++)
            FindSource(entity.Source.Ignore[i], $"source.ignore[{i}]");
        var known = new HashSet<string>(
            [
                entity.Source.Tenant, .. entity.Source.Key, .. entity.Source.Ignore,
                .. entity.Columns.Select(c => c.Source),
            ],
            StringComparer.Ordinal);
        foreach (var column in source.Columns.Where(c => !known.Contains(c.Name)))
        {
            Report(ErrorCodes.UnmappedSourceColumn, "columns",
                $"Column {column.Name} of {source.Name} is neither mapped nor ignored.",
                $"Map it, or leave it behind on purpose: add \"{column.Name}\" to source.ignore.");
        }
    }

    public void FindUnfilledTarget()
    {
        var filled = new HashSet<string>(
            [entity.Target.Tenant, entity.Target.Id, entity.Target.LegacyId, .. entity.Columns.Select(c => c.Target)],
            StringComparer.Ordinal);
        foreach (var column in target.Columns)
        {
            if (column.IsNotNull && !column.HasDefault && !column.IsGenerated && !filled.Contains(column.Name))
            {
                Report(ErrorCodes.UnfilledTargetColumn, "columns",
                    $"Column {column.Name} of {target.Name} is NOT NULL, has no default, and nothing fills it.",
                    "Map a source column to it, or give it a default.");
            }
        }
    }

    public void ReportNotUuid(TargetColumn column, string place) =>
        Report(ErrorCodes.IdColumnType, place, $"Column {column.Name} of {target.Name} is {column.Type}, not uuid.",
            "Make the column uuid.");

    public void Report(
        string code, string place, string message, string remedy, ProblemSeverity severity = ProblemSeverity.Error) =>
        Problems.Add(new(code, PlaceOf(place), message, remedy, severity));

    public void Add(Problem problem, string place) => Problems.Add(problem with { Place = PlaceOf(place) });

    string PlaceOf(string place) => $"{manifest.Name} {_path}.{place}";
}
