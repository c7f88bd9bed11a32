using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Starting;

namespace MigrationFunctions.Core.Tests.Manifests;

public sealed class StrictJsonTests
{
    static readonly string[] Requests =
    [
        """
        { "manifest": "m", "mode": "full", "tenants": ["1", "2"], "entities": ["a"],
          "options": { "batchSize": 5, "throttle": { "minimum": 1 },
            "blackouts": [ { "days": ["monday", "friday"], "from": "07:00", "to": "16:00", "timeZone": "UTC" } ] } }
        """,
        """{ "manifest": "m", "depth": "sample", "tenants": ["1"], "entities": ["a", "b"], "sampleSize": 3, "seed": 1 }""",
        """
        { "sourceReaders": 2, "throttle": { "mode": "off" },
          "blackouts": [ { "days": ["monday"], "from": "07:00", "to": "16:00" } ] }
        """,
        """{ "dryRun": true, "deleteExtra": false }""",
    ];

    static readonly string[] Oddities = ["null", "[]", "{}", "\"\"", "[null]", "7", "true", "[[null]]"];

    [Fact]
    public void Whatever_is_put_anywhere_into_a_request_or_a_manifest_is_read_or_told_and_never_thrown() =>
        Gen.Select(Gen.Int[0, Requests.Length], Gen.Int[0, 200], Gen.Int[0, Oddities.Length - 1])
            .Sample((which, at, odd) =>
            {
                var put = Oddities[odd];
                var json = Replace(which == Requests.Length ? SampleManifest.Json : Requests[which], at, put);
                IEnumerable<object?> values = which switch
                {
                    0 => ValuesOf(StrictJson.Read<StartRequest>(json, "request")),
                    1 => ValuesOf(StrictJson.Read<ReconciliationRequest>(json, "request")),
                    2 => ValuesOf(StrictJson.Read<RunLimitsChange>(json, "request")),
                    3 => ValuesOf(StrictJson.Read<RepairRequest>(json, "request")),
                    _ => ValuesOf(StrictJson.Read<Manifest>(json, "request")).Append(ManifestReader.Read(json, "request").Problems),
                };
                Assert.All(values.OfType<IEnumerable>(), list => Assert.DoesNotContain(null, list.Cast<object?>()));
            });

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("\"\"")]
    [InlineData("{} {}")]
    [InlineData("""{ "manifest": "m", "manifest": "m" }""")]
    [InlineData("""{ "manifest": "m", "tenant": ["1"] }""")]
    [InlineData("""{ "manifest": "m", "tenants": ["1"], "tenants": [] }""")]
    [InlineData("""{ "manifest": "m", "tenants": { "0": "1" } }""")]
    [InlineData("""{ "manifest": "m", "tenants": [["1"]] }""")]
    [InlineData("""{ "manifest": "m", "tenants": [1] }""")]
    public void What_is_no_request_has_no_value(string json)
    {
        var read = StrictJson.Read<StartRequest>(json, "request");
        Assert.Null(read.Value);
        Assert.Single(read.Problems);
    }

    /// <summary>The lists of what was read without a problem, however deep.</summary>
    static IEnumerable<object?> ValuesOf<T>(StrictJsonResult<T> read)
        where T : class
    {
        Assert.True(read.Value is not null || read.Problems.Count > 0);
        return read.Value is null ? [] : ListsIn(read.Value);
    }

    static IEnumerable<object?> ListsIn(object? value)
    {
        if (value is null or string or JsonElement || value.GetType().IsPrimitive || value.GetType().IsEnum)
            yield break;
        if (value is IEnumerable list)
        {
            yield return list;
            foreach (var inside in list.Cast<object?>().SelectMany(ListsIn))
                yield return inside;
        }
        else if (value.GetType().Namespace!.StartsWith("MigrationFunctions", StringComparison.Ordinal))
        {
            foreach (var inside in value.GetType().GetProperties().Where(p => p.CanWrite).SelectMany(p => ListsIn(p.GetValue(value))))
                yield return inside;
        }
    }

    /// <summary>The document with its n-th value replaced.</summary>
    static string Replace(string json, int at, string put)
    {
        var root = JsonNode.Parse(json)!;
        var all = Inside(root).ToList();
        var node = all[at % all.Count];
        if (node.Parent is JsonObject members)
            members[members.First(m => m.Value == node).Key] = JsonNode.Parse(put);
        else if (node.Parent is JsonArray list)
            list[list.IndexOf(node)] = JsonNode.Parse(put);
        else
            return put;
        return root.ToJsonString();
    }

    static IEnumerable<JsonNode> Inside(JsonNode node)
    {
        yield return node;
        var inside = node is JsonObject members ? members.Select(m => m.Value!) : (node as JsonArray ?? []).Select(n => n!);
        foreach (var one in inside.SelectMany(Inside))
            yield return one;
    }
}
