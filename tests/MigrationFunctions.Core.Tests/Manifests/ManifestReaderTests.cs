using System.Text;
using CsCheck;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;

namespace MigrationFunctions.Core.Tests.Manifests;

public sealed class ManifestReaderTests
{
    [Fact]
    public void A_valid_manifest_becomes_records_with_defaults_for_what_is_left_out()
    {
        var read = ManifestReader.Read(SampleManifest.Json, SampleManifest.File);

        Assert.Empty(read.Problems);
        var student = read.Manifest!.Entities[1];
        Assert.Equal(IdScheme.V8, student.Ids);
        Assert.Equal("tenant_id", student.Target.Tenant);
        Assert.Equal("school", student.Columns[0].Reference);
        Assert.Equal("female", student.Columns[2].Values!["F"]);
        Assert.True(student.Filters[0].EqualTo!.Value.GetBoolean());
        Assert.Equal(10_000, read.Manifest.Options.BatchSize);
        Assert.Equal((4, 2), (read.Manifest.Options.BatchWindow, read.Manifest.Options.TenantWindow));
        Assert.Equal(Manifest.DefaultIdNamespace, read.Manifest.IdNamespace);
    }

    [Fact]
    public void A_schema_property_at_the_top_is_ignored_and_anywhere_else_unknown()
    {
        Assert.Empty(SampleManifest.Problems(SampleManifest.With("$schema", "\"./manifest.schema.json\"")));

        var problem = Assert.Single(SampleManifest.Problems(SampleManifest.With("tenants.$schema", "\"x\"")));
        Assert.Equal((ErrorCodes.UnknownProperty, "sample.json $.tenants['$schema']"), (problem.Code, problem.Place));
    }

    [Fact]
    public void Ten_different_faults_give_ten_problems_each_at_its_place()
    {
        var json = SampleManifest.Json;
        json = SampleManifest.With(json, "name", "\"Sample!\"");
        json = SampleManifest.With(json, "tenants.kee", "\"DistrictID\"");
        json = SampleManifest.With(json, "tenants.nameColumn", "\"x]; DROP TABLE y\"");
        json = SampleManifest.With(json, "entities[0].source.key", "[]");
        json = SampleManifest.With(json, "entities[0].columns[0].trim", "\"ends\"");
        json = SampleManifest.With(json, "entities[1].target", null);
        json = SampleManifest.With(json, "entities[1].columns[0].reference", "\"shool\"");
        json = SampleManifest.With(json, "entities[1].columns[3].timeZone", "\"America/Chikago\"");
        json = SampleManifest.With(json, "entities[1].filters[0].isNull", "true");
        json = SampleManifest.With(json, "options.batchSize", "-1");

        var problems = SampleManifest.Problems(json);

        Assert.Equal(
            [
                (ErrorCodes.UnknownProperty, "$.tenants.kee"),
                (ErrorCodes.UnknownValue, "$.entities[0].columns[0].trim"),
                (ErrorCodes.MissingProperty, "$.entities[1].target"),
                (ErrorCodes.InvalidName, "$.name"),
                (ErrorCodes.InvalidColumnName, "$.tenants.nameColumn"),
                (ErrorCodes.EmptyKey, "$.entities[0].source.key"),
                (ErrorCodes.UnknownTimeZone, "$.entities[1].columns[3].timeZone"),
                (ErrorCodes.FilterOperator, "$.entities[1].filters[0]"),
                (ErrorCodes.UnknownReference, "$.entities[1].columns[0].reference"),
                (ErrorCodes.OptionOutOfRange, "$.options.batchSize"),
            ],
            problems.Select(p => (p.Code, p.Place["sample.json ".Length..])));
        Assert.All(problems, p => Assert.NotEqual("", p.Remedy));
    }

    [Fact]
    public void One_slip_in_a_required_property_is_one_problem_that_names_what_was_meant()
    {
        var json = SampleManifest.Json.Replace("\"columns\"", "\"colums\"", StringComparison.Ordinal);

        Assert.Equal(
            ["$.entities[0].colums Did you mean 'columns'?", "$.entities[1].colums Did you mean 'columns'?"],
            SampleManifest.Problems(json).Select(p => $"{p.Place["sample.json ".Length..]} {p.Remedy}"));
    }

    [Fact]
    public void A_replaced_value_causes_no_second_problem()
    {
        var json = SampleManifest.With("entities[0].name", "5");
        Assert.Equal(ErrorCodes.WrongType, Assert.Single(SampleManifest.Problems(json)).Code);

        json = SampleManifest.With("entities[1].filters[0].equalTo", "[1]");
        Assert.Equal(ErrorCodes.WrongType, Assert.Single(SampleManifest.Problems(json)).Code);
    }

    [Fact]
    public void Lines_and_columns_count_from_one_and_in_characters()
    {
        var problem = Assert.Single(SampleManifest.Problems("{\n  \"name\": \"Schüler 🎓\" oops\n}"));

        Assert.Equal("sample.json line 2, column 23", problem.Place);
    }

    [Fact]
    public void A_file_is_read_with_or_without_byte_order_mark_and_must_carry_the_manifests_name()
    {
        using var folder = new TempFolder();
        folder.Write("sample.json", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(SampleManifest.Json)]);
        folder.Write("other.json", SampleManifest.Json);

        Assert.NotNull(ManifestReader.ReadFile(folder.PathOf("sample.json")).Manifest);
        var problem = Assert.Single(ManifestReader.ReadFile(folder.PathOf("other.json")).Problems);
        Assert.Equal((ErrorCodes.NameDiffersFromFile, "other.json $.name"), (problem.Code, problem.Place));
    }

    [Fact]
    public void No_text_makes_the_reader_throw()
    {
        var pieces = new[]
        {
            "{", "}", "[", "]", ",", ":", "\"name\"", "\"entities\"", "\"source\"", "null", "true", "1e999", "-0",
            "\"\\ud800\"", "\"\\u0000\"", "//", "/*", "\u0000", "\ud800", "\"columns\"", "\"$schema\"", "\"\"", " ",
            "\"options\"", "99999999999999999999",
        };
        Check.Sample(
            Gen.OneOf([.. pieces.Select(Gen.Const)]).Array[0, 30],
            parts => Assert.NotEmpty(SampleManifest.Problems(string.Concat(parts))));
    }

    [Fact]
    public void No_slip_of_the_keyboard_makes_the_reader_throw()
    {
        const string typed = "{}[]\",:\\/ \n\t\0abeulnrt019-.e\ud800é$";
        var edits = Gen.Select(Gen.Int[0, SampleManifest.Json.Length - 1], Gen.Int[0, 3], Gen.Int[0, typed.Length - 1]);
        edits.Array[1, 4].Sample(list =>
        {
            var json = SampleManifest.Json;
            foreach (var (at, removed, key) in list)
            {
                var index = Math.Min(at, json.Length - 3);
                json = string.Concat(json.AsSpan(0, index), typed.AsSpan(key, 1), json.AsSpan(index + removed));
            }
            var read = ManifestReader.Read(json, SampleManifest.File);
            return read.Manifest is null != (read.Problems.Count == 0);
        });
    }

    [Fact]
    public void A_hundred_thousand_faults_are_told_without_comparing_each_with_each()
    {
        var list = $"[{string.Join(',', Enumerable.Repeat("5", 100_000))}]";

        var problems = SampleManifest.Problems(SampleManifest.With("entities[1].columns[1].nullIf", list));

        Assert.Equal(100_000, problems.Count);
        Assert.All(problems, p => Assert.Equal(ErrorCodes.WrongType, p.Code));
    }

    [Fact]
    public void No_value_in_any_place_makes_the_reader_throw()
    {
        string[] paths =
        [
            "name", "tenants", "tenants.table", "entities", "entities[0]", "entities[0].source",
            "entities[0].source.key", "entities[0].source.key[0]", "entities[0].columns[0]",
            "entities[1].columns[2].values", "entities[1].columns[2].values.M", "entities[1].columns[1].nullIf[0]",
            "entities[1].filters[0]", "entities[1].filters[0].in", "options", "options.batchSize", "options.writePath",
            "idNamespace", "entities[1].ids", "description", "entities[1].columns[3].timeZone",
        ];
        string[] values =
        [
            "null", "5", "1.5", "\"\"", "\"x\"", "[]", "[null]", "[[1]]", "{}", "{\"a\":{}}", "true", "1e400",
            "\"../x\"",
        ];
        foreach (var path in paths)
            foreach (var value in values)
                Assert.NotNull(SampleManifest.Problems(SampleManifest.With(path, value)));
    }
}
