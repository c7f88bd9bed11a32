using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>All source rows of one key, of which the target can hold one.</summary>
/// <param name="Row">The one that it holds or ought to hold; null when none can be encoded.</param>
/// <param name="Others">Those that it cannot hold beside it, each with its reason.</param>
/// <param name="IsSame">The target holds <paramref name="Row"/> as it is.</param>
sealed record RowsOfKey(SourceRow? Row, IReadOnlyList<RejectedRow> Others, bool IsSame)
{
    /// <param name="found">The target's row of that key.</param>
    /// <param name="legacyIdColumn">Name of the legacy id's column.</param>
    public static RowsOfKey Of(IReadOnlyList<SourceRow> rows, ReadOnlyMemory<byte>? found, string legacyIdColumn)
    {
        var encoded = rows.Where(r => r.Outcome == RowOutcome.Written).ToList();
        var same = found is { } its ? encoded.Find(r => r.Tuple.Span.SequenceEqual(its.Span)) : null;
        var row = same ?? encoded.FirstOrDefault();
        return new RowsOfKey(
            row,
            [
                .. encoded.Where(r => r != row).Select(r => new RejectedRow(
                    r.LegacyKey, legacyIdColumn, RejectRules.DuplicateKey, RejectRules.DuplicateKeyReason)),
                .. rows.Where(r => r.Outcome == RowOutcome.Rejected).Select(r => new RejectedRow(
                    r.LegacyKey, r.Reason!.Column, r.Reason.Rule, r.Reason.Message)),
            ],
            same is not null);
    }
}
