using System.Reflection;
using System.Text;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Tests.Manifests;

public sealed class ManifestProblemTests
{
    public static TheoryData<ManifestFault> Faults => [.. ManifestFaults.All];

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_gives_exactly_one_problem_with_its_code_place_and_words(ManifestFault fault)
    {
        var json = fault.Edits.Aggregate(SampleManifest.Json, (manifest, edit) => edit.Json is "null"
            ? SampleManifest.With(manifest, edit.Path, "\"#\"").Replace("\"#\"", "null", StringComparison.Ordinal)
            : SampleManifest.With(manifest, edit.Path, edit.Json));

        var read = ManifestReader.Read(json, SampleManifest.File);

        Assert.Null(read.Manifest);
        var problem = Assert.Single(read.Problems);
        Assert.Equal((fault.Code, $"sample.json {fault.Place}"), (problem.Code, problem.Place));
        Assert.Contains(fault.Says, $"{problem.Message} {problem.Remedy}", StringComparison.Ordinal);
        Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
        Assert.NotEmpty(problem.Remedy);
    }

    [Theory]
    [InlineData(ErrorCodes.JsonBroken, "", "sample.json", "empty")]
    [InlineData(ErrorCodes.JsonBroken, " \n", "sample.json", "empty")]
    [InlineData(ErrorCodes.JsonBroken, "{ \"name\" \"x\" }", "sample.json line 1, column 10", "not JSON")]
    [InlineData(ErrorCodes.JsonBroken, "{\n  \"name\": \"x\"", "sample.json line 2, column 14", "not JSON")]
    [InlineData(ErrorCodes.JsonBroken, "{} {}", "sample.json line 1, column 4", "not JSON")]
    [InlineData(ErrorCodes.JsonBroken, "{ \"name\": \"\\ud800\" }", "sample.json line 1, column 11", "surrogate")]
    [InlineData(ErrorCodes.JsonExtension, "{\n  // note\n}", "sample.json line 2, column 3", "Comments")]
    [InlineData(ErrorCodes.JsonExtension, "{ /* note */ }", "sample.json line 1, column 3", "Comments")]
    [InlineData(ErrorCodes.JsonExtension, "{ \"name\": \"x\", }", "sample.json line 1, column 16", "comma")]
    [InlineData(ErrorCodes.JsonExtension, "[1,\n]", "sample.json line 2, column 1", "comma")]
    [InlineData(ErrorCodes.WrongType, "[]", "sample.json $", "Expected an object, found a list")]
    [InlineData(ErrorCodes.WrongType, "null", "sample.json $", "Expected an object, found null")]
    public void Text_that_is_no_manifest_at_all_is_told_in_one_problem(
        string code, string json, string place, string says)
    {
        var problem = Assert.Single(SampleManifest.Problems(json));

        Assert.Equal((code, place), (problem.Code, problem.Place));
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_property_that_stands_twice_is_a_problem_for_either_place()
    {
        var json = SampleManifest.Json
            .Replace("\"trim\": \"end\"", "\"trim\": \"end\", \"trim\": \"both\"", StringComparison.Ordinal)
            .Replace("\"M\": \"male\"", "\"M\": \"male\", \"M\": \"man\"", StringComparison.Ordinal);

        Assert.Equal(
            [(ErrorCodes.DuplicateProperty, "sample.json $.entities[0].columns[0].trim"),
             (ErrorCodes.DuplicateProperty, "sample.json $.entities[1].columns[2].values.M")],
            SampleManifest.Problems(json).Select(p => (p.Code, p.Place)));
    }

    [Fact]
    public void Text_beyond_the_limits_is_refused_before_it_is_read()
    {
        using var folder = new TempFolder();
        folder.Write("big.json", SampleManifest.Json + new string(' ', 1024 * 1024));
        var nested = string.Concat(Enumerable.Repeat("[", 33)) + string.Concat(Enumerable.Repeat("]", 33));

        var file = Assert.Single(ManifestReader.ReadFile(folder.PathOf("big.json")).Problems);
        Assert.Equal(ErrorCodes.JsonTooLarge, file.Code);
        var text = Assert.Single(SampleManifest.Problems(new string(' ', 1024 * 1024 + 1)));
        Assert.Equal(ErrorCodes.JsonTooLarge, text.Code);
        var problem = Assert.Single(SampleManifest.Problems(nested));
        Assert.Equal((ErrorCodes.JsonTooLarge, "sample.json line 1, column 33"), (problem.Code, problem.Place));
        Assert.Equal(ErrorCodes.WrongType, Assert.Single(SampleManifest.Problems(nested[1..^1])).Code);
    }

    [Fact]
    public void A_file_that_cannot_be_read_says_why()
    {
        using var folder = new TempFolder();
        folder.Write("latin.json", Encoding.Latin1.GetBytes(SampleManifest.With("description", "\"Grün\"")
            .Replace("\\u00FC", "ü", StringComparison.Ordinal)));
        Directory.CreateDirectory(folder.PathOf("folder.json"));

        string[] files = ["latin.json", "missing.json", "folder.json"];
        var problems = files.Select(f => Assert.Single(ManifestReader.ReadFile(folder.PathOf(f)).Problems)).ToList();

        Assert.All(problems, p => Assert.Equal(ErrorCodes.ManifestUnreadable, p.Code));
        Assert.Equal("The file is not UTF-8.", problems[0].Message);
        Assert.Equal("There is no such file.", problems[1].Message);
    }

    [Fact]
    public void Names_that_both_databases_take_are_accepted()
    {
        string[] names = ["Student", "Geburts Datum", "Имя", "生年月日", "नाम", "a$b#c_d", "school-year", "Año2024", "𐐀"];
        foreach (var name in names)
            Assert.Empty(SampleManifest.Problems(SampleManifest.With("entities[0].columns[0].source", $"\"{name}\"")));
        Assert.Empty(SampleManifest.Problems(SampleManifest.With("entities[1].columns[3].timeZone", "\"UTC\"")));
    }

    [Fact]
    public void Every_manifest_code_has_a_test()
    {
        var elsewhere = typeof(ManifestProblemTests).GetMethods()
            .SelectMany(m => m.GetCustomAttributes<InlineDataAttribute>()).Select(a => (string)a.Data[0]!)
            .Concat([ErrorCodes.DuplicateProperty, ErrorCodes.JsonTooLarge, ErrorCodes.ManifestUnreadable])
            .Concat([ErrorCodes.NameDiffersFromFile, ErrorCodes.ManifestNotFound, ErrorCodes.ManifestChanged]);
        var tested = ManifestFaults.All.Select(f => f.Code).Concat(elsewhere).ToHashSet();

        var codes = typeof(ErrorCodes).GetFields().Select(f => (string)f.GetRawConstantValue()!)
            .Where(c => c.StartsWith("MIG1", StringComparison.Ordinal));

        Assert.Equal([], codes.Except(tested));
    }
}
