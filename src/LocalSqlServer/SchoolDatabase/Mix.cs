namespace LocalSqlServer.SchoolDatabase;

/// <summary>The randomness of the generator: a hash of seed, purpose and row number (the finaliser of SplitMix64).</summary>
static class Mix
{
    public static ulong Hash(int seed, int purpose, long ordinal)
    {
        var z = (ulong)ordinal + ((ulong)(uint)seed << 40) + (ulong)purpose * 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
