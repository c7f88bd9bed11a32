using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Mapping;

/// <summary>A layout, or null when one of the problems is an error.</summary>
public sealed record EntityLayoutResult(EntityLayout? Layout, IReadOnlyList<Problem> Problems);

/// <summary>A reference of an entity to another.</summary>
/// <param name="Source">Source column with the parent's legacy key.</param>
/// <param name="Target">Target column with the parent's uuid.</param>
/// <param name="Entity">Name of the referenced entity.</param>
/// <param name="Table">Target table of the referenced entity, <c>schema.table</c>.</param>
/// <param name="TenantColumn">Tenant column of that table.</param>
/// <param name="IdColumn">Id column of that table.</param>
/// <param name="IsNullable">The target column may be NULL.</param>
public sealed record EntityReference(
    string Source, string Target, string Entity, string Table, string TenantColumn, string IdColumn, bool IsNullable);

/// <summary>How rows of one entity become tuples: what is selected, what is copied, and the encoder of each column.
/// Immutable; made once for a run's entity and shared by its batches.</summary>
public sealed class EntityLayout
{
    internal EntityLayout(EntityManifest entity, EntityEncoders encoders) => (Entity, Encoders) = (entity, encoders);

    /// <summary>The entity as the manifest has it, but with its source columns as the table spells them.</summary>
    public EntityManifest Entity { get; }

    /// <summary>Source table, <c>schema.table</c>.</summary>
    public string SourceTable => Entity.Source.Table;

    /// <summary>Target table, <c>schema.table</c>.</summary>
    public string TargetTable => Entity.Target.Table;

    /// <summary>The key's columns, in the order of the key.</summary>
    public required IReadOnlyList<SourceColumn> KeyColumns { get; init; }

    /// <summary>What to select of each row, in this order: the key's columns, then each other that is needed, once, and the keys
    /// of parents where the source has to tell which key is equal.</summary>
    public required IReadOnlyList<SelectedColumn> Selection { get; init; }

    /// <summary>The names of <see cref="Selection"/>.</summary>
    public IReadOnlyList<string> SelectColumns => [.. Selection.Select(c => c.Name)];

    /// <summary>Target columns in the order of the tuple: tenant, id, legacy id, then the mapped ones.</summary>
    public required IReadOnlyList<string> CopyColumns { get; init; }

    /// <summary>The target columns of <see cref="CopyColumns"/>, with their types.</summary>
    public required IReadOnlyList<TargetColumn> TargetColumns { get; init; }

    /// <summary>References in the order of <see cref="RowEncoder.ParentIds"/>.</summary>
    public required IReadOnlyList<EntityReference> References { get; init; }

    /// <summary>The rules that may change a value, and where.</summary>
    public AdjustmentSlots Adjustments => Encoders.Adjustments;

    internal EntityEncoders Encoders { get; }

    /// <summary>The layout of an entity for the tables as they are, or every reason why there is none.</summary>
    /// <param name="parents">Source tables of the entities that it refers to, by entity. The key of one that is absent is taken to
    /// have the reference's own type, which must then be one whose equality needs no server.</param>
    public static EntityLayoutResult Create(
        Manifest manifest, EntityManifest entity, SourceTable source, TargetTable target,
        IReadOnlyDictionary<string, SourceTable>? parents = null) =>
        new EntityLayoutBuilder(manifest, entity, source, target, parents ?? new Dictionary<string, SourceTable>()).Build();
}

/// <summary>The parts of a layout that <see cref="RowEncoder"/> works with.</summary>
/// <param name="LegacyId">Encoder of the legacy id; null when its column holds the key's text.</param>
/// <param name="Adjustments">What the encoders' slots count.</param>
sealed record EntityEncoders(
    IReadOnlyList<FilterPredicate> Filters,
    ColumnEncoder? LegacyId,
    TargetColumn LegacyIdColumn,
    IReadOnlyList<MappedColumn> Columns,
    AdjustmentSlots Adjustments);

/// <summary>A mapped column: a shared encoder, or what a reference's encoder is made from.</summary>
sealed record MappedColumn(ColumnEncoder? Encoder, ReferenceColumn? Reference);

/// <summary>What a <see cref="ReferenceEncoder"/> is made from, for each tenant and batch.</summary>
/// <param name="Parent">Where the row has the parent's own key; null when the reference's own value tells it exactly.</param>
sealed record ReferenceColumn(
    SourceColumn Source, int Ordinal, TargetColumn Target, string Entity, IdScheme Ids, ValueMatcher? Sentinels,
    int NullIfSlot, ParentOrdinal? Parent);

/// <summary>A parent's key within a row.</summary>
sealed record ParentOrdinal(SourceColumn Key, int Ordinal);
