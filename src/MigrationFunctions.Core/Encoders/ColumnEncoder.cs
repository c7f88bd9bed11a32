using System.Data.Common;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Turns one column of a source row into one field of the target's tuple. Chosen once by
/// <see cref="ColumnEncoders"/>; immutable, so that batches share it, unless a derived type says otherwise.</summary>
public abstract class ColumnEncoder
{
    readonly bool _isNotNull;
    readonly RejectReason _null;

    private protected ColumnEncoder(SourceColumn source, int ordinal, TargetColumn target)
    {
        (Source, Ordinal, Target) = (source, ordinal, target);
        _isNotNull = target.IsNotNull;
        _null = Reason(RejectRules.NotNull, $"NULL, but target column {target.Name} is NOT NULL.");
    }

    internal SourceColumn Source { get; }

    internal int Ordinal { get; }

    internal TargetColumn Target { get; }

    /// <summary>Writes the row's value as one field. Returns null when it is written, else why the row is rejected;
    /// then nothing or part of the row is in the buffer and the caller rolls the row back. Bad data never
    /// throws.</summary>
    public virtual RejectReason? Encode(DbDataReader row, TupleBuffer output) =>
        row.IsDBNull(Ordinal) ? EncodeNull(output) : EncodeValue(row, output);

    /// <summary>The encoder for one tenant's rows: itself, unless the tenant decides how a value is read.</summary>
    internal virtual ColumnEncoder For(Tenant tenant) => this;

    private protected abstract RejectReason? EncodeValue(DbDataReader row, TupleBuffer output);

    private protected RejectReason? EncodeNull(TupleBuffer output)
    {
        if (_isNotNull)
            return _null;
        output.WriteNull();
        return null;
    }

    /// <summary>A reason for this column; made once, when the encoder is, so that a reject allocates nothing
    /// either.</summary>
    private protected RejectReason Reason(string rule, string message) => new(Source.Name, rule, message);
}
