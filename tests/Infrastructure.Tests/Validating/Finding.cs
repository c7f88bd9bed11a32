namespace Infrastructure.Tests.Validating;

/// <summary>What a validator does not let pass.</summary>
/// <param name="File">Path from the root.</param>
/// <param name="Place">Where in it, or an empty text.</param>
sealed record Finding(string File, string Place, string What)
{
    public override string ToString() => $"{File} {Place}: {What}";
}

static class Findings
{
    public static void AssertNone(IEnumerable<Finding> findings)
    {
        var all = findings.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }

    /// <summary>Fails unless one of them says <paramref name="what"/>: a validator that cannot fail proves nothing.</summary>
    public static void AssertSay(string what, IEnumerable<Finding> findings) =>
        Assert.Contains(findings, f => f.ToString().Contains(what, StringComparison.Ordinal));
}
