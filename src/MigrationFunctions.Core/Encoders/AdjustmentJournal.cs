namespace MigrationFunctions.Core.Encoders;

/// <summary>Which values of some rows were changed: the slots of <see cref="AdjustmentSlots"/>, row after row. No mere
/// counts, so that a row which is left out afterwards takes its entries with it. Grows to the largest chunk, then
/// allocates nothing. For one thread.</summary>
public sealed class AdjustmentJournal
{
    const int Forgotten = -1;
    int[] _slots = new int[64];
    int _rowStart;

    /// <summary>Entries so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds to <paramref name="counts"/>, one for each slot, what was not forgotten.</summary>
    public void AddTo(long[] counts)
    {
        foreach (var slot in _slots.AsSpan(0, Count))
        {
            if (slot != Forgotten)
                counts[slot]++;
        }
    }

    /// <summary>Takes entries out of the count: those of a row that is not written after all.</summary>
    public void Forget(int start, int end) => _slots.AsSpan(start, end - start).Fill(Forgotten);

    internal void Add(int slot)
    {
        if (Count == _slots.Length)
            Array.Resize(ref _slots, 2 * _slots.Length);
        _slots[Count++] = slot;
    }

    internal void BeginRow() => _rowStart = Count;

    internal void RollBackRow() => Count = _rowStart;

    internal void Reset() => Count = _rowStart = 0;
}
