namespace MigrationFunctions.Core.Reconciling;

/// <summary>Where the id stands in a tuple: every entity's begins with tenant and id, two uuids of 16 bytes.</summary>
public static class TupleIds
{
    /// <summary>The row's id.</summary>
    public static Guid IdOf(ReadOnlySpan<byte> tuple) =>
        new(tuple.Slice(sizeof(short) + sizeof(int) + 16 + sizeof(int), 16), bigEndian: true);
}
