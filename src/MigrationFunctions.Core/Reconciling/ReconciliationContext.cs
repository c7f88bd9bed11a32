using System.Text.Json.Serialization;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Reconciling;

/// <summary>What a reconciliation compares, and how. Stored with it, so that every worker and every restart sees the
/// same.</summary>
/// <param name="Run">Manifest, options, tenants and entities; the run's id is the reconciliation's, and its mode says
/// which target and which ledger.</param>
/// <param name="SampleSize">Rows that a sample draws from each side of each tenant and entity.</param>
/// <param name="Seed">What the sample's rows are drawn by.</param>
/// <param name="Trigger">What asked for it: <c>request</c>, <c>timer</c> or <c>repair</c>.</param>
public sealed record ReconciliationContext(
    RunContext Run, ReconciliationDepth Depth, int SampleSize, int Seed, string Trigger)
{
    [JsonIgnore]
    public string Id => Run.RunId;
}

/// <summary>What asks for reconciliations.</summary>
public static class ReconciliationTriggers
{
    public const string Request = "request";
    public const string Timer = "timer";
    public const string Repair = "repair";
}

/// <summary>A tenant and entity of a reconciliation, as its work needs it.</summary>
/// <param name="Ordinal">Its place among the slices of the reconciliation, from 0.</param>
/// <param name="SourceRows">Rows as they were counted.</param>
/// <param name="TargetRows">Rows as they were counted.</param>
public sealed record ReconciliationItem(
    int Ordinal, Guid TenantId, string TenantKey, string? TimeZone, string Entity, long SourceRows, long TargetRows)
{
    [JsonIgnore]
    public Tenant Tenant => new(TenantKey, TenantId, null, TimeZone);
}
