using System.Data.Common;
using MigrationFunctions.Core.Encoders;

namespace MigrationFunctions.Core.Mapping;

/// <summary>A column with the legacy key of another entity, to that row's uuid within the same tenant: made of the parent's own
/// key where the source had to tell which key is equal. Whether the target holds the parent is the batch's question, asked of all
/// rows at once. Holds the last id, so it is for one thread.</summary>
sealed class ReferenceEncoder : ColumnEncoder
{
    const int Remembered = 256;
    readonly KeyReader _key;
    readonly RowIdGenerator _ids;
    readonly ValueMatcher? _sentinels;
    readonly int _nullIf;
    readonly int? _parent;
    readonly RejectReason _loneSurrogate;
    readonly RejectReason _orphan;
    readonly long[] _knownKeys = new long[Remembered];
    readonly Guid[] _knownIds = new Guid[Remembered];

    public ReferenceEncoder(ReferenceColumn column, RowIdGenerator ids)
        : base(column.Source, column.Ordinal, column.Target)
    {
        _parent = column.Parent?.Ordinal;
        _key = new KeyReader([column.Parent?.Key ?? column.Source], [column.Parent?.Ordinal ?? column.Ordinal]);
        _ids = ids;
        (_sentinels, _nullIf) = (column.Sentinels, column.NullIfSlot);
        _loneSurrogate = Reason(RejectRules.LoneSurrogate, "A surrogate without its partner, which no key can hold.");
        _orphan = Reason(RejectRules.Orphan, $"The source has no {column.Entity} with an equal key for this tenant.");
    }

    /// <summary>The parent's id in the row encoded last, or null when the row has none.</summary>
    public Guid? LastId { get; private set; }

    public override RejectReason? Encode(DbDataReader row, TupleBuffer output)
    {
        LastId = null;
        return base.Encode(row, output);
    }

    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        if (_sentinels?.Matches(row) == true)
        {
            output.Adjust(_nullIf);
            return EncodeNull(output);
        }

        if (_parent is { } parent && row.IsDBNull(parent))
            return _orphan;
        Guid id;
        switch (_key.Kind)
        {
            case KeyKind.Integer:
                id = ForInteger(_key.ReadInteger(row));
                break;
            case KeyKind.Guid:
                id = _ids.ForKey(_key.ReadGuid(row));
                break;
            default:
                if (!_ids.TryForKey(_key.ReadText(row), out id))
                    return _loneSurrogate;
                break;
        }

        output.WriteGuid(id);
        LastId = id;
        return null;
    }

    // Thousands of rows share a parent, and a version 5 id costs half a microsecond: as much as half of the row.
    Guid ForInteger(long key)
    {
        var slot = (int)(key & (Remembered - 1));
        if (_knownKeys[slot] != key || _knownIds[slot] == Guid.Empty)
            (_knownKeys[slot], _knownIds[slot]) = (key, _ids.ForKey(key));
        return _knownIds[slot];
    }
}
