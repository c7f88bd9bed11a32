using System.Collections.Frozen;
using System.Data.Common;
using System.Text;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Encoders;

/// <summary>Text by a list of values: each becomes the value that the manifest gives it, any other is rejected. Spaces
/// at the end of source values do not count, as SQL Server has it.</summary>
sealed class ValueMapEncoder : ColumnEncoder
{
    readonly FrozenDictionary<string, Mapped>.AlternateLookup<ReadOnlySpan<char>> _values;
    readonly RejectReason _unmapped;
    readonly int _mapped;

    public ValueMapEncoder(
        SourceColumn source, int ordinal, TargetColumn target, IReadOnlyDictionary<string, string> values,
        AdjustmentSlots slots)
        : base(source, ordinal, target)
    {
        _mapped = slots.Add(target.Name, AdjustmentRules.MappedValue);
        var pad = target.Type == "bpchar" ? target.Length : 0;
        _values = values
            .ToFrozenDictionary(
                v => v.Key.TrimEnd(' '),
                v => new Mapped(
                    Encoding.UTF8.GetBytes(Padded(v.Value, pad)), v.Key.TrimEnd(' ') != v.Value.TrimEnd(' ')),
                StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        _unmapped = Reason(RejectRules.UnmappedValue, "A value that the manifest's list of values does not hold.");
    }

    private protected override RejectReason? EncodeValue(DbDataReader row, TupleBuffer output)
    {
        if (!_values.TryGetValue(row.GetString(Ordinal).AsSpan().TrimEnd(' '), out var mapped))
            return _unmapped;
        if (mapped.IsChange)
            output.Adjust(_mapped);
        output.WriteBytes(mapped.Bytes);
        return null;
    }

    static string Padded(string value, int length) =>
        length == 0 ? value : value + new string(' ', Math.Max(0, length - TextCleaner.CountCodePoints(value)));

    sealed record Mapped(byte[] Bytes, bool IsChange);
}
