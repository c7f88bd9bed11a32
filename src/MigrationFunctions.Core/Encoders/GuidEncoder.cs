using System.Data.Common;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary><c>uniqueidentifier</c> to <c>uuid</c>: the same text, so RFC 9562's byte order on the wire.</summary>
sealed class GuidEncoder(SourceColumn source, int ordinal, TargetColumn target)
    : ColumnEncoder(source, ordinal, target)
{
    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        output.WriteGuid(row.GetGuid(Ordinal));
        return null;
    }
}

/// <summary><c>uniqueidentifier</c> to text: 36 lower-case characters.</summary>
sealed class GuidTextEncoder(SourceColumn source, int ordinal, TargetColumn target)
    : ColumnEncoder(source, ordinal, target)
{
    public const int Length = 36;

    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        row.GetGuid(Ordinal).TryFormat(output.WriteField(Length), out _, "D");
        return null;
    }
}
