using System.Data;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Model;

/// <summary>The source columns of a manifest by the names that the source's catalogue has for them. Statements and
/// comparisons use these and compare them exactly.</summary>
public static class SourceNames
{
    /// <summary>The column that a name stands for.</summary>
    /// <exception cref="MigrationException">MIG2013, MIG2029: it stands for none, or for one of several.</exception>
    public static SourceColumn Column(SourceTable table, string name) =>
        table.Find(name) ?? throw new MigrationException(ProblemOf(table, name, table.Name)!);

    /// <summary>Why a name stands for no column, or null when it stands for one.</summary>
    public static Problem? ProblemOf(SourceTable table, string name, string place)
    {
        var match = table.Resolve(name);
        if (match.Column is not null)
            return null;
        var names = table.Columns.Select(c => c.Name).ToList();
        if (match.IsAmbiguous)
            return new Problem(
                ErrorCodes.AmbiguousSourceColumn, place,
                $"{Quoted.Text(name)} may be any of {Quoted.List(match.Candidates.Select(c => c.Name))} of {table.Name}.",
                "Spell it as the table does.");
        var differsInCase = names.Exists(n => string.Equals(n, name, StringComparison.OrdinalIgnoreCase));
        return new Problem(
            ErrorCodes.UnknownSourceColumn, place,
            $"Table {table.Name} has no column {Quoted.Text(name)}"
            + (differsInCase ? ", and its database tells capitals from small letters." : "."),
            Suggestion.Remedy(name, names));
    }

    /// <summary>The entity with its source columns as the table spells them. A name that stands for no column stays as it
    /// is.</summary>
    public static EntityManifest In(SourceTable table, EntityManifest entity)
    {
        return entity with
        {
            Source = entity.Source with
            {
                Tenant = Spelled(entity.Source.Tenant),
                Key = [.. entity.Source.Key.Select(Spelled)],
                Ignore = [.. entity.Source.Ignore.Select(Spelled)],
            },
            Columns = [.. entity.Columns.Select(c => c with { Source = Spelled(c.Source) })],
            SoftDelete = entity.SoftDelete is { } mark ? Spelled(mark) : null,
            Filters = [.. entity.Filters.Select(f => f with { Column = Spelled(f.Column) })],
        };

        string Spelled(string name) => table.Find(name)?.Name ?? name;
    }

    /// <summary>The tenants' columns as their table spells them.</summary>
    /// <exception cref="MigrationException">MIG2013, MIG2029: the first name that stands for no column.</exception>
    public static TenantSource In(SourceTable table, TenantSource tenants) =>
        ProblemsOf(table, tenants).FirstOrDefault() is { } problem ? throw new MigrationException(problem) : tenants with
        {
            Key = Column(table, tenants.Key).Name,
            NameColumn = tenants.NameColumn is { } name ? Column(table, name).Name : null,
            TimeZoneColumn = tenants.TimeZoneColumn is { } zone ? Column(table, zone).Name : null,
        };

    /// <summary>Names of the tenants' columns that stand for none, and columns whose type is not to be read as what it is named
    /// for.</summary>
    public static IEnumerable<Problem> ProblemsOf(SourceTable table, TenantSource tenants)
    {
        (string Property, string? Name, Func<SqlDbType, bool> IsUsable, string Types)[] columns =
        [
            ("key", tenants.Key, type => type.IsKey(), "that can be a key: integer, text, uniqueidentifier, decimal, date or time"),
            ("nameColumn", tenants.NameColumn, type => type.IsText() || type.IsKey(), "that has a text: text, a number, a date"),
            ("timeZoneColumn", tenants.TimeZoneColumn, type => type.IsText(), "that is text, with IANA or Windows names of zones"),
        ];
        foreach (var (property, name, isUsable, types) in columns.Where(c => c.Name is not null))
        {
            var place = $"$.tenants.{property}";
            if (ProblemOf(table, name!, place) is { } unknown)
                yield return unknown;
            else if (table.Find(name!) is { } column && !isUsable(column.Type))
                yield return new Problem(
                    ErrorCodes.TenantColumnType, place,
                    $"{table.Name}.{column.Name} is {column.Type.ToString().ToLowerInvariant()}.", $"Name a column {types}.");
        }
    }
}
