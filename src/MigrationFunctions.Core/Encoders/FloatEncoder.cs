using System.Data.Common;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary><c>real</c> to <c>float4</c>, bit for bit.</summary>
sealed class SingleEncoder(SourceColumn source, int ordinal, TargetColumn target)
    : ColumnEncoder(source, ordinal, target)
{
    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        output.WriteSingle(row.GetFloat(Ordinal));
        return null;
    }
}

/// <summary><c>real</c> and <c>float</c> to <c>float8</c>; exact, the sign of zero included.</summary>
sealed class DoubleEncoder<TReader>(SourceColumn source, int ordinal, TargetColumn target)
    : ColumnEncoder(source, ordinal, target)
    where TReader : struct, ISourceReader<double>
{
    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        output.WriteDouble(TReader.Read(row, Ordinal));
        return null;
    }
}
