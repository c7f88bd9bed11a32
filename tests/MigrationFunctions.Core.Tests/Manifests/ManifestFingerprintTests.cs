using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Tests.Manifests;

public sealed class ManifestFingerprintTests
{
    [Fact]
    public void It_is_stable_between_versions_of_the_program()
    {
        // A run that was begun by an older version resumes only when its manifest still has this fingerprint.
        Assert.StartsWith(
            "879f101f74cb4cd85f05f1270f79f247", ManifestFingerprint.Of(SampleManifest.Value), StringComparison.Ordinal);
    }

    [Fact]
    public void It_ignores_order_of_properties_white_space_and_escapes()
    {
        var expected = ManifestFingerprint.Of(SampleManifest.Value);
        Gen.Int.Sample(seed =>
        {
            var json = Reformat(JsonNode.Parse(SampleManifest.Json)!, new Random(seed));
            return ManifestFingerprint.Of(Read(json)) == expected;
        });
    }

    [Fact]
    public void It_ignores_what_does_not_reach_the_target()
    {
        var expected = ManifestFingerprint.Of(SampleManifest.Value);
        string[] same =
        [
            SampleManifest.With("description", "\"other\""),
            SampleManifest.With("options", """{ "batchSize": 5, "writePath": "staged" }"""),
            SampleManifest.With("$schema", "\"x\""),
            SampleManifest.With("entities[0].ids", "\"v5\""),
            SampleManifest.With("entities[0].target.id", "\"id\""),
            SampleManifest.With("entities[0].target.tenantSetting", "\"tenancy.district\""),
            SampleManifest.With("entities[0].filters", "[]"),
            SampleManifest.With("idNamespace", "\"8C9F1D52-6F0E-5C3E-9A52-3D1F6E0B7A41\""),
        ];

        Assert.All(same, json => Assert.Equal(expected, ManifestFingerprint.Of(Read(json))));
        var reversed = SampleManifest.Value with { Entities = [.. SampleManifest.Value.Entities.Reverse()] };
        Assert.Equal(expected, ManifestFingerprint.Of(reversed));
    }

    [Fact]
    public void Every_single_edit_of_what_counts_changes_it_and_is_a_difference()
    {
        var stored = SampleManifest.Value;
        var complete = JsonSerializer.SerializeToNode(stored, ManifestJson.Options)!.AsObject();
        complete.Remove("options");
        foreach (var entity in complete["entities"]!.AsArray())
            entity!["target"]!.AsObject().Remove("tenantSetting");
        var edits = Edits(complete).ToList();

        Assert.True(edits.Count > 60, $"{edits.Count} edits were tried.");
        foreach (var (what, edited) in edits)
        {
            var now = edited.Deserialize<Manifest>(ManifestJson.Options)!;
            Assert.True(ManifestFingerprint.Of(stored) != ManifestFingerprint.Of(now), $"{what} does not change it.");
            Assert.NotEmpty(ManifestDifference.Between(stored, now));
        }
    }

    [Fact]
    public void Numbers_of_filters_count_by_value_and_never_by_a_rounded_one()
    {
        string[] filters =
        [
            "1", "1.0", "1.00", "1.0000000000000000000000000000000001", "1.0000000000000000000000000000000002", "10",
            "true", "\"1\"",
        ];

        var fingerprints = filters.Select(f => SampleManifest.With("entities[1].filters[0].equalTo", f))
            .Select(json => ManifestFingerprint.Of(Read(json))).ToList();

        Assert.Equal(fingerprints[0], fingerprints[1]);
        Assert.Equal(fingerprints[0], fingerprints[2]);
        Assert.Equal(6, fingerprints.Distinct().Count());
    }

    [Fact]
    public void Differences_name_entity_column_and_both_values()
    {
        var json = SampleManifest.With("entities[1].columns[2].values.M", "\"man\"");
        json = SampleManifest.With(json, "entities[1].columns[3].timeZone", "\"UTC\"");
        json = SampleManifest.With(json, "entities[1].columns[4]", """{ "source": "Gpa", "target": "gpa" }""");
        json = SampleManifest.With(json, "entities[0].name", "\"building\"").Replace(
            "\"reference\":\"school\"", "\"reference\":\"building\"", StringComparison.Ordinal);

        var differences = ManifestDifference.Between(SampleManifest.Value, Read(json))
            .Select(d => d.ToString().Replace("$.entities['student'].columns", "~", StringComparison.Ordinal)).ToList();

        Assert.Equal(6, differences.Count);
        Assert.StartsWith("$.entities['building'] is new: {", differences[0], StringComparison.Ordinal);
        Assert.StartsWith("$.entities['school'] is gone: {", differences[1], StringComparison.Ordinal);
        Assert.Equal("~['school_id'].reference was \"school\" and is \"building\"", differences[2]);
        Assert.Equal("~['gender'].values['M'] was \"male\" and is \"man\"", differences[3]);
        Assert.Equal("~['created_at'].timeZone was \"America/Chicago\" and is \"UTC\"", differences[4]);
        Assert.StartsWith("~['gpa'] is new: {", differences[5], StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_to_resume_names_the_fields_and_cuts_a_long_list()
    {
        var student = SampleManifest.Value.Entities[1];
        var moved = student with { Columns = [.. student.Columns.Reverse()] };
        var now = SampleManifest.Value with { Name = "other", Entities = [moved] };

        var refusal = ManifestDifference.Refusal("sample", ManifestDifference.Between(SampleManifest.Value, now));
        var many = Enumerable.Range(0, 8).Select(i => new ManifestDifference($"$.x{i}", "1", "2"));
        var cut = ManifestDifference.Refusal("sample", [.. many]);

        Assert.Equal((ErrorCodes.ManifestChanged, "sample"), (refusal.Code, refusal.Place));
        Assert.Contains("$.name was \"sample\" and is \"other\"", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("columns (order) was school_id, birth_date, gender", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("$.x4 was 1 and is 2; and 3 more.", cut.Message, StringComparison.Ordinal);
    }

    static Manifest Read(string json)
    {
        var read = ManifestReader.Read(json, SampleManifest.File);
        return read.Manifest ?? throw new InvalidOperationException(string.Join("\n", read.Problems));
    }

    static IEnumerable<(string What, JsonNode Edited)> Edits(JsonObject complete)
    {
        foreach (var path in Leaves(complete, "$").Where(p => p is not "$.description"))
        {
            var copy = complete.DeepClone();
            var leaf = SampleManifest.Steps(path[2..]).Aggregate((JsonNode)copy, SampleManifest.Step);
            leaf.ReplaceWith(Other(leaf.AsValue()));
            yield return ($"Another value at {path}", copy);
        }
    }

    static JsonNode Other(JsonValue value) => value.GetValueKind() switch
    {
        JsonValueKind.True => false,
        JsonValueKind.False => true,
        JsonValueKind.Number => value.GetValue<int>() + 1,
        _ => value.GetValue<string>() switch
        {
            "none" => "end",
            "end" => "both",
            "reject" => "remove",
            "truncate" or "forward" => "reject",
            "earlier" => "later",
            "v5" => "v8",
            "v8" => "v5",
            var guid when Guid.TryParse(guid, out _) => Guid.Empty.ToString(),
            var text => text + "x",
        },
    };

    static IEnumerable<string> Leaves(JsonNode node, string path) => node switch
    {
        JsonObject members => members.SelectMany(m => Leaves(m.Value!, $"{path}.{m.Key}")),
        JsonArray elements => elements.SelectMany((e, i) => Leaves(e!, $"{path}[{i}]")),
        _ => [path],
    };

    static string Reformat(JsonNode node, Random random)
    {
        var text = new StringBuilder();
        Write(node);
        return text.ToString();

        void Space() => text.Append(" \n\t  ".AsSpan(0, random.Next(5)));

        void Write(JsonNode value)
        {
            Space();
            if (value is JsonObject members)
                List('{', '}', members.OrderBy(_ => random.Next()).ToList(), m =>
                {
                    WriteText(m.Key);
                    Space();
                    text.Append(':');
                    Write(m.Value!);
                });
            else if (value is JsonArray elements)
                List('[', ']', elements, e => Write(e!));
            else if (value.GetValueKind() == JsonValueKind.String)
                WriteText(value.GetValue<string>());
            else
                text.Append(value.ToJsonString());
            Space();
        }

        void List<T>(char open, char close, IList<T> items, Action<T> write)
        {
            text.Append(open);
            for (var i = 0; i < items.Count; i++)
            {
                if (i > 0)
                    text.Append(',');
                Space();
                write(items[i]);
            }
            text.Append(close);
        }

        void WriteText(string value)
        {
            text.Append('"');
            foreach (var c in value)
                text.Append(random.Next(3) == 0 ? $"\\u{(int)c:x4}" : c.ToString());
            text.Append('"');
        }
    }
}
