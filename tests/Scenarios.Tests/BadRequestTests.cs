using System.Net;
using MigrationFunctions.Core.Errors;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>Requests that are at fault: every problem is told at once, and nothing is started.</summary>
public sealed class BadRequestTests(HostedScenario hosted) : IClassFixture<HostedScenario>
{
    [Theory]
    [InlineData("""{"manifest":"scool-district"}""", ErrorCodes.ManifestNotFound)]
    [InlineData("""{"manifest":"../secrets"}""", ErrorCodes.ManifestNotFound)]
    [InlineData("""{"manifest":"school-district" """, ErrorCodes.JsonBroken)]
    [InlineData("", ErrorCodes.JsonBroken)]
    [InlineData("""{"manifest":"school-district","mod":"full"}""", ErrorCodes.UnknownProperty)]
    [InlineData("""{"manifest":"school-district","manifest":"school-district"}""", ErrorCodes.DuplicateProperty)]
    [InlineData("""{"manifest":7}""", ErrorCodes.WrongType)]
    [InlineData("""{"manifest":"school-district","options":{"batchSize":"many"}}""", ErrorCodes.WrongType)]
    [InlineData("""{"manifest":"school-district","mode":"fulll"}""", ErrorCodes.UnknownValue)]
    [InlineData("""{"mode":"full"}""", ErrorCodes.MissingProperty)]
    [InlineData("""{"manifest":"school-district","options":{"batchSize":-5}}""", ErrorCodes.OptionOutOfRange)]
    [InlineData("""{"manifest":"school-district","options":{"batchSize":2000000000}}""", ErrorCodes.OptionOutOfRange)]
    [InlineData("""{"manifest":"school-district","tenants":["1","999"]}""", ErrorCodes.UnknownTenant)]
    [InlineData("""{"manifest":"school-district","entities":["students"]}""", ErrorCodes.UnknownEntity)]
    public async Task A_request_at_fault_is_refused_with_its_problem(string body, string code)
    {
        var answer = await hosted.Api.PostTextAsync("migrations", body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("application/problem+json", answer.ContentType);
        Assert.Equal([code], answer.Codes);
        Assert.Equal(0, await hosted.Scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.run"));
    }

    [Fact]
    public async Task A_body_is_UTF_8_with_or_without_its_mark()
    {
        var latin = await hosted.Api.PostBytesAsync("migrations", [.. """{"manifest":"\u00e9"""u8, 0xE9, .. "\"}"u8]);
        Assert.Equal((HttpStatusCode.BadRequest, ErrorCodes.RequestMalformed), (latin.Status, latin.Codes.Single()));
        var marked = await hosted.Api.PostBytesAsync("migrations", [0xEF, 0xBB, 0xBF, .. """{"manifest":"scool-district"}"""u8]);
        Assert.Equal((HttpStatusCode.BadRequest, ErrorCodes.ManifestNotFound), (marked.Status, marked.Codes.Single()));
    }

    [Theory]
    [InlineData("mappings/student/1/999999", "student/1/999999")]
    [InlineData("mappings/student/A%252FB/1", "student/A%2FB/1")]
    [InlineData("mappings/student/A%2FB%231/1", "student/A/B#1/1")]
    [InlineData("mappings/student?tenant=A%252FB&legacyId=10%2F01", "student/A%2FB/10/01")]
    public async Task What_no_row_has_is_told_by_the_keys_as_they_were_meant(string path, string place)
    {
        var answer = await hosted.Api.GetAsync(path);

        Assert.Equal((HttpStatusCode.NotFound, ErrorCodes.MappingNotFound), (answer.Status, answer.Codes.Single()));
        Assert.Equal(place, answer.Json.GetProperty("problems")[0].GetProperty("place").GetString());
    }

    [Fact]
    public async Task All_problems_of_a_request_are_told_at_once()
    {
        var answer = await hosted.Api.PostTextAsync("migrations",
            """
            {
              "manifest": "school-district", "entities": ["nothing", "student", "never"],
              "options": { "batchSize": 0, "batchWindow": 99, "rejectLimit": -1 }
            }
            """);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(3, answer.Codes.Count(c => c == ErrorCodes.OptionOutOfRange));
        Assert.Equal(2, answer.Codes.Count(c => c == ErrorCodes.UnknownEntity));
    }

    [Fact]
    public async Task All_problems_of_a_manifest_are_told_at_once()
    {
        var answer = await hosted.Api.PostTextAsync("manifests/validate",
            """
            {
              "name": "broken",
              "tenants": { "table": "dbo.District; DROP TABLE dbo.Student", "key": "DistrictID" },
              "entities": [
                {
                  "name": "a", "source": { "table": "dbo.A", "tenant": "T", "key": [] }, "target": { "table": "x.a" },
                  "columns": [
                    { "source": "B", "target": "b", "reference": "b" },
                    { "source": "C", "target": "c", "timeZone": "Mars/Olympus" },
                    { "source": "D", "target": "d", "reference": "unmigrated" },
                    { "source": "E\u0022; --", "target": "e\u0000" }
                  ]
                },
                {
                  "name": "b", "source": { "table": "dbo.B", "tenant": "T", "key": ["K"] },
                  "target": { "table": "x.b" },
                  "columns": [{ "source": "A", "target": "a", "reference": "a" }]
                }
              ],
              "options": { "batchSize": -1 }
            }
            """);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Superset(
            new HashSet<string>
            {
                ErrorCodes.InvalidTableName, ErrorCodes.EmptyKey, ErrorCodes.CyclicReferences,
                ErrorCodes.UnknownTimeZone, ErrorCodes.UnknownReference, ErrorCodes.InvalidColumnName,
                ErrorCodes.OptionOutOfRange,
            }, answer.Codes.ToHashSet());
        Assert.All(answer.Json.GetProperty("problems").EnumerateArray(), problem =>
        {
            Assert.NotEmpty(problem.GetProperty("place").GetString()!);
            Assert.NotEmpty(problem.GetProperty("remedy").GetString()!);
        });
    }

    [Fact]
    public async Task The_sample_manifest_is_listed_and_valid()
    {
        var listed = await hosted.Api.GetAsync("manifests");
        Assert.Equal(HttpStatusCode.OK, listed.Status);
        var sample = Assert.Single(
            listed.Json.GetProperty("manifests").EnumerateArray(),
            m => m.GetProperty("name").GetString() == "school-district");
        Assert.Empty(sample.GetProperty("problems").EnumerateArray());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    public async Task A_wrong_or_missing_key_opens_nothing_but_the_liveness_probe(string? key)
    {
        var stranger = hosted.Scenario.Client(hosted.Api.Address, key);
        string[] closed = ["migrations", "migrations/1", "manifests", "health/connections", "mappings/student/1/1"];
        foreach (var path in closed)
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostAsync("migrations", Schools.Request)).Status);
        Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync("health/live")).Status);
        Assert.Equal(0, await hosted.Scenario.Target.QueryAsync<long>("SELECT count(*) FROM migration.run"));
    }

    [Theory]
    [InlineData("suspend")]
    [InlineData("resume")]
    [InlineData("terminate")]
    public async Task An_unknown_run_cannot_be_steered(string request)
    {
        var answer = await hosted.Api.PostAsync($"migrations/20200101-000000-none/{request}");
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal([ErrorCodes.RunNotFound], answer.Codes);
    }

    [Theory]
    [InlineData(2, "start", "no-such-manifest", "--url", "{url}", "--key", Api.Key)]
    [InlineData(2, "start", "school-district", "--batch-size", "-5", "--url", "{url}", "--key", Api.Key)]
    [InlineData(3, "start", "school-district", "--url", "{url}", "--key", "wrong")]
    [InlineData(3, "check", "--url", "http://127.0.0.1:1", "--key", Api.Key)]
    public async Task The_command_line_tells_a_refusal_by_its_exit_code(int expected, params string[] arguments)
    {
        var url = hosted.Api.Address.GetLeftPart(UriPartial.Authority);
        await using var command = ServiceProcess.Run(
            [.. arguments.Select(a => a.Replace("{url}", url, StringComparison.Ordinal))], []);
        var code = await command.ExitAsync();
        Assert.True(expected == code, $"Exit code {code}, not {expected}: {command.Errors}");
    }
}
