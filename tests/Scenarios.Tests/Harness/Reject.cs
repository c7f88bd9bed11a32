using System.Text.Json;
using System.Text.Json.Serialization;
using MigrationFunctions.Core.Manifests;

namespace Scenarios.Tests.Harness;

/// <summary>A rejection as the API tells it.</summary>
sealed record Reject(
    string Tenant, string Entity, string LegacyKey, string Rule, string? ClosedAs = null, string? ClosedBy = null)
{
    static readonly JsonSerializerOptions Lenient = new(ManifestJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    /// <param name="state"><c>open</c> or <c>closed</c>.</param>
    public static async Task<IReadOnlyList<Reject>> ListAsync(Api api, string runId, string state)
    {
        var answer = await api.GetAsync($"migrations/{runId}/rejects?take=1000&state={state}");
        return JsonSerializer.Deserialize<List<Reject>>(answer.Json.GetProperty("rejects").GetRawText(), Lenient)!;
    }
}
