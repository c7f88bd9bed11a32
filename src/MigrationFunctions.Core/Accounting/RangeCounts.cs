using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Accounting;

/// <summary>How the ranges of a slice's batches are filled now, beside what the batches have read.</summary>
sealed class RangeCounts
{
    /// <summary>Rows in all of the ranges.</summary>
    public long Held { get; private set; }

    /// <summary>Rows behind the last range.</summary>
    public long Behind { get; set; }

    /// <summary>Where the last range ends.</summary>
    public SlicePosition Last { get; private set; } = new(0, null);

    /// <summary>Rows that have come to ranges since they were read.</summary>
    public ChangedBatches Added { get; } = new();

    /// <summary>Rows that have gone from ranges.</summary>
    public ChangedBatches Gone { get; } = new();

    public void Add(DoneBatch batch, long counted)
    {
        Held += counted;
        Last = new SlicePosition(batch.Range.Number, batch.Range.UpTo);
        if (counted > batch.RowsRead)
            Added.Add(batch.Range.Number, counted - batch.RowsRead);
        else if (counted < batch.RowsRead)
            Gone.Add(batch.Range.Number, batch.RowsRead - counted);
    }
}

/// <summary>Batches whose ranges hold more, or fewer, rows than were read of them.</summary>
sealed class ChangedBatches
{
    const int Named = 5;
    readonly List<int> _first = [];
    int _count;

    /// <summary>By how many rows, together.</summary>
    public long Rows { get; private set; }

    public void Add(int number, long rows)
    {
        Rows += rows;
        if (_count++ < Named)
            _first.Add(number);
    }

    /// <summary>For messages: <c>batch 3</c>, or <c>7 batches (1, 2, 5, 8, 9, ...)</c>.</summary>
    public override string ToString() => _count == 1
        ? $"batch {_first[0]}"
        : $"{_count} batches ({string.Join(", ", _first)}{(_count > Named ? ", ..." : "")})";
}
