using System.Data.Common;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Binary types and rowversion to <c>bytea</c>, byte for byte.</summary>
sealed class BinaryEncoder : ColumnEncoder
{
    readonly RejectReason _tooLong;

    public BinaryEncoder(SourceColumn source, int ordinal, TargetColumn target)
        : base(source, ordinal, target) =>
        _tooLong = Reason(RejectRules.TooLong, "More bytes than a PostgreSQL value holds (1 GB).");

    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        var value = row.GetFieldValue<byte[]>(Ordinal);
        if (value.Length > TupleBuffer.MaxFieldBytes)
            return _tooLong;
        output.WriteBytes(value);
        return null;
    }
}
