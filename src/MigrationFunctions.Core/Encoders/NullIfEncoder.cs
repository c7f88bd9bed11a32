using System.Data.Common;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Turns the manifest's sentinels into NULL before another encoder sees them.</summary>
sealed class NullIfEncoder(
    SourceColumn source, int ordinal, TargetColumn target, ValueMatcher sentinels, ColumnEncoder inner, int slot)
    : ColumnEncoder(source, ordinal, target)
{
    internal override ColumnEncoder For(Tenant tenant) => inner.For(tenant) is var own && own == inner
        ? this
        : new NullIfEncoder(Source, Ordinal, Target, sentinels, own, slot);

    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        if (!sentinels.Matches(row))
            return inner.Encode(row, output);
        output.Adjust(slot);
        return EncodeNull(output);
    }
}
