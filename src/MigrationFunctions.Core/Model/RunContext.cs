using System.Text.Json.Serialization;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Model;

/// <summary>One run: a manifest, a mode, and the options in force. Stored with the run, so that every worker and every
/// restart sees the same.</summary>
/// <param name="RunId">Id of the run and of its orchestration instance.</param>
/// <param name="Options">The manifest's options with the start's overrides applied.</param>
/// <param name="Tenants">Legacy keys of the tenants asked for; null for all.</param>
/// <param name="Entities">Entities asked for; null for all.</param>
public sealed record RunContext(
    string RunId,
    Manifest Manifest,
    RunMode Mode,
    MigrationOptions Options,
    IReadOnlyList<string>? Tenants,
    IReadOnlyList<string>? Entities)
{
    /// <summary>Where the run's start stands in its trace, as a traceparent (W3C Trace Context); null when nothing was
    /// traced.</summary>
    public string? Trace { get; init; }

    /// <summary>What the client calls its request, so that a repetition is told from a second request; null for nothing.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The task hub that executes the run: whoever asks another one cannot tell whether it still does.</summary>
    public string TaskHub { get; init; } = "";

    /// <summary>The rehearsal whose ledger is meant: another one's where that is compared or repaired; null for its
    /// own.</summary>
    public string? Rehearsal { get; init; }

    /// <summary>The ledger's name space. Full runs go on where an earlier run of the same manifest stopped; a rehearsal does the
    /// whole work anew, and a dry run shares its progress with nobody.</summary>
    [JsonIgnore]
    public string Ledger => Mode switch
    {
        RunMode.Full => "full",
        RunMode.Rehearsal => $"rehearsal/{Rehearsal ?? RunId}",
        _ => $"dryRun/{RunId}",
    };

    /// <summary>The entities of the run: those asked for, or all.</summary>
    [JsonIgnore]
    public IEnumerable<EntityManifest> SelectedEntities =>
        Manifest.Entities.Where(e => Entities?.Contains(e.Name, StringComparer.Ordinal) ?? true);

    /// <summary>The slice of one tenant and entity in this run's ledger.</summary>
    public Slice Slice(Guid tenantId, string tenantKey, string entity) =>
        new(Ledger, Manifest.Name, tenantId, tenantKey, entity);
}
