using System.Text.Json;
using CsCheck;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Starting;

namespace MigrationFunctions.Core.Tests.Planning;

/// <summary>An empty list selects nothing: it is refused, as is every member that selects nothing more.</summary>
public sealed class SelectionRulesTests
{
    static readonly string?[] Members = ["1", "2", "07", "7", "student", " ", "ä", "", null];

    static readonly Gen<string?> Member = Gen.Int[0, Members.Length - 1].Select(i => Members[i]);

    [Fact]
    public void A_list_that_is_absent_selects_all_and_one_that_is_empty_is_refused()
    {
        Assert.Empty(Problems("""{ "manifest": "m" }"""));
        Assert.Empty(Problems("""{ "manifest": "m", "tenants": null, "entities": null }"""));
        Assert.Equal(
            [(ErrorCodes.EmptySelection, "request $.tenants"), (ErrorCodes.EmptySelection, "request $.entities")],
            Problems("""{ "manifest": "m", "tenants": [], "entities": [] }"""));
    }

    [Fact]
    public void Every_member_that_is_null_empty_or_there_before_is_refused_at_its_place() =>
        Gen.Select(Member.Array[0, 8], Member.Array[0, 8]).Sample((tenants, entities) => Assert.Equal(
            [.. Expected(tenants, "tenants"), .. Expected(entities, "entities")],
            Problems(JsonSerializer.Serialize(new { manifest = "m", tenants, entities })).ToHashSet()));

    [Fact]
    public void Distinct_names_are_accepted() =>
        Gen.Select(Gen.String[1, 9].HashSet[1, 20], Gen.String[1, 9].HashSet[1, 20]).Sample((tenants, entities) =>
            Assert.Empty(SelectionRules.Check(new StartRequest { Manifest = "m", Tenants = [.. tenants], Entities = [.. entities] })));

    [Fact]
    public void What_was_no_list_at_all_is_told_once() => Assert.Equal(
        [(ErrorCodes.WrongType, "request $.tenants"), (ErrorCodes.EmptySelection, "request $.entities")],
        Problems("""{ "manifest": "m", "tenants": "1", "entities": [] }"""));

    [Fact]
    public void An_empty_name_is_not_called_unknown_too() => Assert.Equal(
        ["The manifest has no entity 'x'."],
        RequestChecks.UnknownEntities(Mapping.SampleEntity.ManifestOf(), ["", "x", "x"]).Select(p => p.Message));

    /// <summary>Both requests, as the service reads them.</summary>
    static List<(string Code, string Place)> Problems(string json)
    {
        var start = Read<StartRequest>(json);
        Assert.Equal(start, Read<ReconciliationRequest>(json));
        return start;
    }

    static List<(string Code, string Place)> Read<T>(string json)
        where T : class, ISelection
    {
        var read = StrictJson.Read<T>(json, "request");
        return [.. read.With(SelectionRules.Check(read.Repaired!)).Problems.Select(p => (p.Code, p.Place))];
    }

    static IEnumerable<(string Code, string Place)> Expected(string?[] members, string name)
    {
        if (members.Length == 0)
            yield return (ErrorCodes.EmptySelection, $"request $.{name}");
        for (var i = 0; i < members.Length; i++)
            if (members[i] is null)
                yield return (ErrorCodes.WrongType, $"request $.{name}[{i}]");
            else if (members[i]!.Length == 0 || members.Take(i).Contains(members[i]))
                yield return (ErrorCodes.MalformedSelection, $"request $.{name}[{i}]");
    }
}
