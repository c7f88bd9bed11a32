namespace MigrationFunctions.Core.Tests.Copying;

/// <summary>What code allocates by itself, in steady state.</summary>
static class Allocations
{
    const int Passes = 5;

    /// <summary>Bytes of the pass that allocated least: the runtime may allocate on the same thread while it optimizes, in
    /// any one pass.</summary>
    public static long LeastOf(Action pass) => Enumerable.Range(0, Passes).Min(_ =>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        pass();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    });
}
