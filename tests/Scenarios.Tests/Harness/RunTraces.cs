using System.Text.Json;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;

namespace Scenarios.Tests.Harness;

/// <summary>What must be the same however a run came to its end: every byte of the target, and every figure.</summary>
/// <param name="Digests">Digest of each target table and of what else the run left.</param>
/// <param name="Figures">The status without the run's id and times.</param>
public sealed record RunTraces(IReadOnlyDictionary<string, string> Digests, string Figures)
{
    public static async Task<RunTraces> OfAsync(TargetDatabase target, MigrationStatus status) =>
        new(await target.DigestsAsync(), FiguresOf(status));

    /// <summary>A status as text that two equal runs have in common, however fast they were.</summary>
    public static string FiguresOf(MigrationStatus status) => JsonSerializer.Serialize(
        status with
        {
            RunId = "", RequestedAt = default, FinishedAt = null, Findings = [], Live = null, Throttle = null,
            Tenants =
            [
                .. status.Tenants.Select(t => t with
                {
                    Live = null, Entities = [.. t.Entities.Select(e => e with { Live = null })],
                }),
            ],
        },
        ManifestJson.Options);

    /// <summary>A dry run's status as that of a full run: what it wrote is what the target would hold, and never did.</summary>
    public static MigrationStatus AsWritten(MigrationStatus dry)
    {
        Assert.All(dry.Tenants.SelectMany(t => t.Entities), e => Assert.Null(e.RowsTarget));
        return dry with
        {
            Mode = RunMode.Full,
            Tenants =
            [
                .. dry.Tenants.Select(t => t with { Entities = [.. t.Entities.Select(e => e with { RowsTarget = e.RowsWritten })] }),
            ],
        };
    }

    public void AssertSame(RunTraces other)
    {
        Assert.Equal(Figures, other.Figures);
        Assert.Equal(Digests, other.Digests);
    }
}
