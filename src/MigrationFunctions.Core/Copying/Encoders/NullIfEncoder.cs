using System.Data.Common;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Core.Copying.Encoders;

/// <summary>Turns the manifest's sentinels into NULL before another encoder sees them.</summary>
sealed class NullIfEncoder(
    SourceColumn source, int ordinal, TargetColumn target, ValueMatcher sentinels, ColumnEncoder inner)
    : ColumnEncoder(source, ordinal, target)
{
    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output) =>
        sentinels.Matches(row) ? EncodeNull(output) : inner.Encode(row, output);
}
