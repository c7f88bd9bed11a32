using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Copying;

/// <summary>Some rows of a batch on their way: the tuples, and what is known of rows that are not among them. Used
/// again and again; nothing is allocated for a row of an entity without references.</summary>
sealed class RowChunk(int references) : IDisposable
{
    /// <summary>Bytes after which a chunk is handed on: large enough to make a hand-over cheap, small enough to
    /// overlap.</summary>
    public const int TargetBytes = 256 * 1024;

    public TupleBuffer Tuples { get; } = new(TargetBytes + 64 * 1024);

    public BatchDigest Digest { get; private set; } = new();

    public List<RejectedRow> Rejected { get; } = [];

    public Dictionary<string, long> FilteredBy { get; } = new(StringComparer.Ordinal);

    /// <summary>Where each row's tuple ends; kept only for entities with references.</summary>
    public List<int> Ends { get; } = [];

    /// <summary>Where each row's entries in the journal of adjustments end; kept with <see cref="Ends"/>.</summary>
    public List<int> AdjustmentEnds { get; } = [];

    /// <summary>Parent ids, for each row one for each reference; an empty id stands for NULL.</summary>
    public List<Guid> Parents { get; } = [];

    public int References { get; } = references;

    /// <summary>Rows that go to the target.</summary>
    public int RowsToWrite { get; set; }

    public bool IsFull => Tuples.Length >= TargetBytes;

    public void CountFiltered(string filter) => FilteredBy[filter] = FilteredBy.GetValueOrDefault(filter) + 1;

    public void Reset()
    {
        Tuples.Reset();
        Digest = new BatchDigest();
        Rejected.Clear();
        FilteredBy.Clear();
        Ends.Clear();
        AdjustmentEnds.Clear();
        Parents.Clear();
        RowsToWrite = 0;
    }

    public void Dispose() => Tuples.Dispose();
}
