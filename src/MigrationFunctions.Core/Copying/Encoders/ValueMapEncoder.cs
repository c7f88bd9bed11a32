using System.Collections.Frozen;
using System.Data.Common;
using System.Text;
using MigrationFunctions.Core.Planning;

namespace MigrationFunctions.Core.Copying.Encoders;

/// <summary>Text by a list of values: each becomes the value that the manifest gives it, any other is rejected. Spaces
/// at the end of source values do not count, as SQL Server has it.</summary>
sealed class ValueMapEncoder : ColumnEncoder
{
    readonly FrozenDictionary<string, byte[]>.AlternateLookup<ReadOnlySpan<char>> _values;
    readonly RejectReason _unmapped;

    public ValueMapEncoder(
        SourceColumn source, int ordinal, TargetColumn target, IReadOnlyDictionary<string, string> values)
        : base(source, ordinal, target)
    {
        var pad = target.Type == "bpchar" ? target.Length : 0;
        _values = values
            .ToFrozenDictionary(
                v => v.Key.TrimEnd(' '), v => Encoding.UTF8.GetBytes(Padded(v.Value, pad)), StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        _unmapped = Reason(RejectRules.UnmappedValue, "A value that the manifest's list of values does not hold.");
    }

    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        if (!_values.TryGetValue(row.GetString(Ordinal).AsSpan().TrimEnd(' '), out var bytes))
            return _unmapped;
        output.WriteBytes(bytes);
        return null;
    }

    static string Padded(string value, int length) =>
        length == 0 ? value : value + new string(' ', Math.Max(0, length - TextCleaner.CountCodePoints(value)));
}
