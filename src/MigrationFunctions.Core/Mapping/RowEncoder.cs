using System.Data.Common;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Mapping;

/// <summary>What became of a source row.</summary>
public enum RowOutcome
{
    /// <summary>It is in the buffer.</summary>
    Written,

    /// <summary>A filter of the manifest leaves it behind.</summary>
    Filtered,

    /// <summary>The target cannot hold it as it is.</summary>
    Rejected,
}

/// <summary>Encodes the rows of one tenant and entity: the whole map step. A row that is filtered or rejected leaves no
/// byte in the buffer. Allocates nothing for a row beyond the strings that the driver makes. For one thread; cheap to
/// make.</summary>
public sealed class RowEncoder
{
    const int KeyFields = 3;
    readonly EntityEncoders _encoders;
    readonly string _keyColumn;
    readonly Tenant _tenant;
    readonly KeyReader _key;
    readonly RowIdGenerator _ids;
    readonly ColumnEncoder[] _columns;
    readonly ReferenceEncoder[] _references;
    readonly Guid?[] _parentIds;
    readonly FilterPredicate[] _filters;

    /// <summary>An encoder for rows whose columns stand as <see cref="EntityLayout.Selection"/> has them.</summary>
    /// <exception cref="Errors.MigrationException">MIG2025: a column needs the tenant's time zone, and it has none that
    /// is known.</exception>
    public RowEncoder(EntityLayout layout, Tenant tenant, Guid idNamespace)
    {
        _encoders = layout.Encoders;
        _keyColumn = layout.KeyColumns[0].Name;
        _tenant = tenant;
        _key = new KeyReader(layout.KeyColumns, [.. Enumerable.Range(0, layout.KeyColumns.Count)]);
        _ids = new RowIdGenerator(idNamespace, tenant.Key, layout.Entity.Name, layout.Entity.Ids);
        _columns =
        [
            .. layout.Encoders.Columns.Select(
                c => c.Encoder?.For(tenant) ?? MakeReference(c.Reference!, tenant, idNamespace)),
        ];
        _references = [.. _columns.OfType<ReferenceEncoder>()];
        _parentIds = new Guid?[_references.Length];
        _filters = [.. layout.Encoders.Filters];
    }

    /// <summary>Why the last row was rejected, else null.</summary>
    public RejectReason? Reason { get; private set; }

    /// <summary>The filter that left the last row behind, else null.</summary>
    public string? FilterName { get; private set; }

    /// <summary>The id of the last row, when it was written.</summary>
    public Guid Id { get; private set; }

    /// <summary>The parents' ids of the last row, when it was written: one for each of <see
    /// cref="EntityLayout.References"/>, null where the reference is NULL. Valid until the next row.</summary>
    public ReadOnlySpan<Guid?> ParentIds => _parentIds;

    /// <summary>The text of the row's legacy key (<see cref="KeyText"/>); works for every row that is read.</summary>
    public string LegacyKey(DbDataReader row) => _key.ReadText(row).ToString();

    /// <summary>Encodes the row that the reader stands on; a written row is the last in the buffer
    /// (<see cref="TupleBuffer.LastRow"/>).</summary>
    public RowOutcome Encode(DbDataReader row, TupleBuffer output)
    {
        Reason = null;
        FilterName = FindFilter(row);
        if (FilterName is not null)
            return RowOutcome.Filtered;
        output.BeginRow(KeyFields + _columns.Length);
        output.WriteGuid(_tenant.Id);
        Reason = EncodeKey(row, output) ?? EncodeColumns(row, output);
        if (Reason is not null)
        {
            output.RollBackRow();
            return RowOutcome.Rejected;
        }

        output.EndRow();
        for (var i = 0; i < _references.Length; i++)
            _parentIds[i] = _references[i].LastId;
        return RowOutcome.Written;
    }

    static ReferenceEncoder MakeReference(ReferenceColumn column, Tenant tenant, Guid idNamespace) =>
        new(column, new RowIdGenerator(idNamespace, tenant.Key, column.Entity, column.Ids));

    string? FindFilter(DbDataReader row)
    {
        foreach (var filter in _filters)
        {
            if (filter.Matches(row))
                return filter.Name;
        }

        return null;
    }

    RejectReason? EncodeColumns(DbDataReader row, TupleBuffer output)
    {
        foreach (var column in _columns)
        {
            if (column.Encode(row, output) is { } reason)
                return reason;
        }

        return null;
    }

    /// <summary>Writes id and legacy id.</summary>
    RejectReason? EncodeKey(DbDataReader row, TupleBuffer output)
    {
        if (_key.FindNull(row) is { } column)
            return new(column.Name, RejectRules.NotNull, "A key column is NULL.");
        if (_key.Kind == KeyKind.Text)
            return EncodeTextKey(row, output);
        Id = _key.Kind == KeyKind.Integer ? _ids.ForKey(_key.ReadInteger(row)) : _ids.ForKey(_key.ReadGuid(row));
        output.WriteGuid(Id);
        return _encoders.LegacyId!.Encode(row, output);
    }

    RejectReason? EncodeTextKey(DbDataReader row, TupleBuffer output)
    {
        var text = _key.ReadText(row);
        if (text.Contains('\0'))
            return KeyReason(RejectRules.NulCharacter, "The key holds a NUL character (U+0000).");
        if (!_ids.TryForKey(text, out var id))
            return KeyReason(RejectRules.LoneSurrogate, "The key holds a surrogate without its partner.");
        Id = id;
        output.WriteGuid(id);
        if (_encoders.LegacyId is { } encoder)
            return encoder.Encode(row, output);
        var limit = _encoders.LegacyIdColumn.Length;
        if (limit > 0 && text.Length > limit && TextCleaner.CountCodePoints(text) > limit)
            return KeyReason(RejectRules.TooLong, "The key's text is longer than the legacy id's column.");
        output.TryWriteText(text);
        return null;
    }

    RejectReason KeyReason(string rule, string message) => new(_keyColumn, rule, message);
}
