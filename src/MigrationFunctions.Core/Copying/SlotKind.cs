namespace MigrationFunctions.Core.Copying;

/// <summary>What a slot is for.</summary>
public enum SlotKind
{
    /// <summary>Reading the source: a batch, a planner or a count.</summary>
    Reader,

    /// <summary>Writing the target: a batch.</summary>
    Writer,
}

/// <summary>No slot was free: nothing was read or written.</summary>
public sealed class SlotsTakenException(SlotKind kind) : Exception($"No {kind} slot is free.")
{
    public SlotKind Kind => kind;

    /// <summary>Index of the write path that the batch had come to; it goes on there.</summary>
    public int Path { get; init; }
}
