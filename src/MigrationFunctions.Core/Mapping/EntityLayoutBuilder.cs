using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Mapping;

/// <summary>Makes one <see cref="EntityLayout"/> and collects all problems on the way.</summary>
sealed class EntityLayoutBuilder
{
    readonly Manifest _manifest;
    readonly EntityManifest _entity;
    readonly EntityColumns _tables;
    readonly IReadOnlyDictionary<string, SourceTable> _parents;
    readonly List<SelectedColumn> _selected = [];
    readonly AdjustmentSlots _adjustments = new();

    public EntityLayoutBuilder(
        Manifest manifest, EntityManifest entity, SourceTable source, TargetTable target,
        IReadOnlyDictionary<string, SourceTable> parents)
    {
        (_manifest, _entity, _parents) = (manifest, SourceNames.In(source, entity), parents);
        _tables = new(manifest, _entity, source, target);
    }

    public EntityLayoutResult Build()
    {
        var keys = ReadKeys();
        _tables.FindSource(_entity.Source.Tenant, "source.tenant");
        var tenant = ReadIdColumn(_entity.Target.Tenant, "target.tenant");
        var id = ReadIdColumn(_entity.Target.Id, "target.id");
        var legacyId = _tables.FindTarget(_entity.Target.LegacyId, "target.legacyId");
        var legacyEncoder = keys.Count > 0 && legacyId is not null ? MakeLegacyEncoder(keys, legacyId) : null;
        var references = new List<EntityReference>();
        var targets = new List<TargetColumn>();
        var columns = new List<MappedColumn>();
        for (var i = 0; i < _entity.Columns.Count; i++)
            ReadColumn(_entity.Columns[i], $"columns[{i}]", columns, targets, references);
        var filters = ReadFilters();
        CheckSoftDelete();
        _tables.FindRepeatedSource();
        _tables.FindUnmappedSource();
        _tables.FindUnfilledTarget();
        if (_tables.Problems.Exists(p => p.Severity == ProblemSeverity.Error))
            return new(null, _tables.Problems);
        TargetColumn[] all = [tenant!, id!, legacyId!, .. targets];
        return new(
            new EntityLayout(_entity, new(filters, legacyEncoder, legacyId!, columns, _adjustments))
            {
                KeyColumns = keys,
                Selection = _selected,
                CopyColumns = [.. all.Select(c => c.Name)],
                TargetColumns = all,
                References = references,
            },
            _tables.Problems);
    }

    List<SourceColumn> ReadKeys()
    {
        var keys = new List<SourceColumn>();
        for (var i = 0; i < _entity.Source.Key.Count; i++)
        {
            var place = $"source.key[{i}]";
            if (_tables.FindSource(_entity.Source.Key[i], place) is not { } column)
                continue;
            if (column.IsNullable)
            {
                _tables.Report(ErrorCodes.NullableKey, place,
                    $"Key column {column.Name} of {_entity.Source.Table} may be NULL.",
                    "Name a key whose columns are NOT NULL.");
            }

            if (!column.Type.IsKey())
            {
                _tables.Report(ErrorCodes.KeyType, place,
                    $"A column of type {column.Type} cannot be a key: {column.Name}.",
                    "Name a key of integers, text, uniqueidentifiers, exact numbers, dates or bytes.");
                continue;
            }

            Select(column);
            keys.Add(column);
        }

        var isOneInteger = _entity.Source.Key.Count == 1 && keys.All(k => k.Type.IsInteger());
        if (_entity.Ids == IdScheme.V8 && !isOneInteger)
        {
            _tables.Report(ErrorCodes.OrderedIdNeedsIntegerKey, "ids",
                "Version 8 ids need a key of one integer column.",
                "Set ids to v5, or name an integer key.");
        }

        return keys;
    }

    TargetColumn? ReadIdColumn(string name, string place)
    {
        var column = _tables.FindTarget(name, place);
        if (column is not null and not { Type: "uuid" })
            _tables.ReportNotUuid(column, place);
        return column;
    }

    /// <summary>The encoder for the key's own type, or null where the column takes the key's text.</summary>
    ColumnEncoder? MakeLegacyEncoder(List<SourceColumn> keys, TargetColumn target)
    {
        var kind = KeyReader.KindOf(keys);
        var isText = target.Type is "text" or "varchar" or "citext";
        if (isText && kind == KeyKind.Text)
            return null;
        if (keys.Count == 1)
        {
            var policies = new ColumnManifest
            {
                Source = keys[0].Name,
                Target = target.Name,
                ExcessPrecision = IsTime(keys[0]) ? ExcessPrecisionPolicy.Reject : ExcessPrecisionPolicy.Truncate,
            };
            if (ColumnEncoders.Create(keys[0], 0, target, policies, _adjustments).Encoder is { } encoder)
                return encoder;
        }

        _tables.Report(ErrorCodes.LegacyIdType, "target.legacyId",
            $"Column {target.Name} is {target.Type}: no key of {string.Join(", ", keys.Select(k => k.Type))} fits.",
            "Give it the key's own type, or text.");
        return null;
    }

    static bool IsTime(SourceColumn column) =>
        column.Type.IsDateTime() || column.Type is System.Data.SqlDbType.Time or System.Data.SqlDbType.DateTimeOffset;

    void ReadColumn(
        ColumnManifest column, string place, List<MappedColumn> columns, List<TargetColumn> targets,
        List<EntityReference> references)
    {
        var source = _tables.FindSource(column.Source, $"{place}.source");
        var target = _tables.FindTarget(column.Target, $"{place}.target");
        if (source is null || target is null)
            return;
        if (source.IsComputed)
        {
            _tables.Report(ErrorCodes.ComputedColumn, $"{place}.source",
                $"Column {source.Name} is computed: its copy will not follow the columns that it is computed from.",
                "Make the target column generated and ignore this one, or accept a copy.", ProblemSeverity.Warning);
        }

        var ordinal = Select(source);
        targets.Add(target);
        if (column.Reference is not null)
        {
            ReadReference(column, place, source, ordinal, target, columns, references);
            return;
        }

        var (encoder, problem) = ColumnEncoders.Create(source, ordinal, target, column, _adjustments);
        if (problem is not null)
            _tables.Add(problem, $"{place} ({problem.Place})");
        columns.Add(new(encoder, null));
    }

    void ReadReference(
        ColumnManifest column, string place, SourceColumn source, int ordinal, TargetColumn target,
        List<MappedColumn> columns, List<EntityReference> references)
    {
        if (_manifest.Entities.FirstOrDefault(e => e.Name == column.Reference) is not { } parent)
        {
            _tables.Report(ErrorCodes.ValueDoesNotFit, $"{place}.reference",
                $"The manifest has no entity {Quoted.Text(column.Reference!)}.",
                Suggestion.Remedy(column.Reference!, _manifest.Entities.Select(e => e.Name)));
            return;
        }

        if (target.Type != "uuid")
            _tables.ReportNotUuid(target, $"{place}.target");
        var key = FindParentKey(parent, source, place);

        ValueMatcher? sentinels = null;
        if (column.NullIf.Count > 0)
        {
            sentinels = ValueMatcher.Create(source, ordinal, column.NullIf, out var misfit);
            if (misfit is not null)
                _tables.Add(PolicyChecks.ValueMisfit(source, "nullIf", misfit), $"{place}.nullIf");
        }

        var nullIf = sentinels is null ? 0 : _adjustments.Add(target.Name, AdjustmentRules.NullIf);
        columns.Add(new(null, new(source, ordinal, target, parent.Name, parent.Ids, sentinels, nullIf, key)));
        references.Add(new(
            source.Name, target.Name, parent.Name, parent.Target.Table, parent.Target.Tenant, parent.Target.Id,
            !target.IsNotNull));
    }

    /// <summary>Where the parent's own key is selected, or null when the reference's value is it, exactly.</summary>
    ParentOrdinal? FindParentKey(EntityManifest parent, SourceColumn reference, string place)
    {
        var table = _parents.GetValueOrDefault(parent.Name);
        var key = table?.Find(parent.Source.Key[0]) ?? reference;
        if (!reference.Type.IsKey() || !KeyComparison.IsPossible(reference, key) || (parent.Ids == IdScheme.V8 && !key.Type.IsInteger())
            || (table is null && !KeyComparison.IsExact(reference, key)))
        {
            _tables.Report(ErrorCodes.KeyType, $"{place}.source",
                $"A column of type {reference.Type} cannot hold keys of {parent.Name}: {reference.Name}.",
                parent.Ids == IdScheme.V8
                    ? $"Set ids of {parent.Name} to v5, or map an integer."
                    : "Map the column without reference.");
            return null;
        }

        if (table is null || KeyComparison.IsExact(reference, key))
            return null;
        _selected.Add(new(
            $"migration:{parent.Name}:{reference.Name}", key with { IsNullable = true }, new(reference, parent, table)));
        return new(key, _selected.Count - 1);
    }

    List<FilterPredicate> ReadFilters()
    {
        var filters = new List<FilterPredicate>();
        for (var i = 0; i < _entity.Filters.Count; i++)
        {
            if (_tables.FindSource(_entity.Filters[i].Column, $"filters[{i}].column") is not { } column)
                continue;
            var (predicate, problem) = FilterPredicate.Create(_entity.Filters[i], column, Select(column));
            if (predicate is not null)
                filters.Add(predicate);
            else
                _tables.Add(problem!, $"filters[{i}] ({problem!.Place})");
        }

        return filters;
    }

    void CheckSoftDelete()
    {
        if (_entity.SoftDelete is not { } name || _tables.FindSource(name, "softDelete") is not { } mark)
            return;
        if (!mark.Type.IsMark())
        {
            _tables.Report(ErrorCodes.SoftDeleteType, "softDelete",
                $"A column of type {mark.Type} cannot mark a deleted row: {mark.Name}.",
                "Name a bit, an integer, or a date or time that is NULL in live rows.");
        }
    }

    int Select(SourceColumn column)
    {
        var ordinal = _selected.FindIndex(c => c.Name == column.Name);
        if (ordinal >= 0)
            return ordinal;
        _selected.Add(SelectedColumn.Of(column));
        return _selected.Count - 1;
    }
}
