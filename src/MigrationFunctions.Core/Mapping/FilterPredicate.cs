using System.Data;
using System.Data.Common;
using System.Text.Json;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Mapping;

/// <summary>A predicate, or why there is none.</summary>
public sealed record FilterPredicateResult(FilterPredicate? Predicate, Problem? Problem);

/// <summary>A filter rule compiled for a column of the source row. Immutable.</summary>
public sealed class FilterPredicate
{
    readonly int _ordinal;
    readonly bool _matchesNull;
    readonly bool _matchesAnyValue;
    readonly ValueMatcher? _values;
    readonly string? _prefix;

    FilterPredicate(FilterRule rule, int ordinal, ValueMatcher? values)
    {
        Name = rule.Name;
        _ordinal = ordinal;
        _matchesNull = rule.IsNull == true;
        _matchesAnyValue = rule.IsNull == false;
        _values = values;
        _prefix = rule.StartsWith;
    }

    /// <summary>The rule's name, under which rows are counted.</summary>
    public string Name { get; }

    /// <summary>Compiles a rule for a column that stands at <paramref name="ordinal"/> of the row.</summary>
    public static FilterPredicateResult Create(FilterRule rule, SourceColumn column, int ordinal)
    {
        if (rule.StartsWith is not null && !column.Type.IsText())
        {
            return new(null, new(
                ErrorCodes.PolicyDoesNotFit, $"{column.Name}.startsWith",
                "The operator startsWith is for source columns with text.", "Use equalTo or in."));
        }

        var literals = rule.EqualTo is { } single ? [single] : rule.In ?? [];
        if (literals.Count == 0)
            return new(new(rule, ordinal, null), null);
        var property = rule.EqualTo is null ? "in" : "equalTo";
        foreach (var literal in literals)
        {
            if (!Fits(literal.ValueKind, column.Type))
                return new(null, PolicyChecks.ValueMisfit(column, property, literal.GetRawText()));
        }

        var texts = literals
            .Select(e => e.ValueKind == JsonValueKind.String ? e.GetString()! : e.GetRawText()).ToList();
        return ValueMatcher.Create(column, ordinal, texts, out var misfit) is { } matcher
            ? new(new(rule, ordinal, matcher), null)
            : new(null, PolicyChecks.ValueMisfit(column, property, misfit!));
    }

    /// <summary>True when the rule leaves the row behind.</summary>
    public bool Matches(DbDataReader row)
    {
        if (row.IsDBNull(_ordinal))
            return _matchesNull;
        if (_values is not null)
            return _values.Matches(row);
        if (_prefix is not null)
            return row.GetString(_ordinal).StartsWith(_prefix, StringComparison.Ordinal);
        return _matchesAnyValue;
    }

    static bool Fits(JsonValueKind kind, SqlDbType type) => kind switch
    {
        JsonValueKind.True or JsonValueKind.False => type == SqlDbType.Bit,
        JsonValueKind.Number => type.IsInteger() || type.IsMoney()
            || type is SqlDbType.Bit or SqlDbType.Decimal or SqlDbType.Float or SqlDbType.Real,
        JsonValueKind.String => !type.IsInteger() && type is not (SqlDbType.Bit or SqlDbType.Float or SqlDbType.Real),
        _ => false,
    };
}
