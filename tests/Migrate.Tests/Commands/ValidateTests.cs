using Migrate.Tests.Running;
using MigrationFunctions.Core.Errors;

namespace Migrate.Tests.Commands;

public sealed class ValidateTests : IDisposable
{
    const string Valid = """
        {
          "name": "small",
          "tenants": { "table": "dbo.District", "key": "DistrictID" },
          "entities": [
            {
              "name": "school",
              "source": { "table": "dbo.School", "tenant": "DistrictID", "key": ["SchoolID"] },
              "target": { "table": "school.school" },
              "columns": [ { "source": "SchoolName", "target": "name" } ]
            }
          ]
        }
        """;

    const string TenFaults = """
        {
          "name": "Ten Faults",
          "descripton": "misspelled",
          "tenants": { "table": "District", "key": "DistrictID" },
          "entities": [
            {
              "name": "school",
              "source": { "table": "dbo.School", "tenant": "DistrictID", "key": [] },
              "target": { "table": "school.school" },
              "columns": [
                { "source": "a]; DROP TABLE x", "target": "name" },
                { "source": "OpenedAt", "target": "opened_at", "timeZone": "America/Chicagoo" }
              ]
            },
            {
              "name": "student",
              "source": { "table": "dbo.Student", "key": ["StudentID"] },
              "target": { "table": "school.student" },
              "columns": [ { "source": "SchoolID", "target": "school_id", "reference": "schools" } ]
            }
          ],
          "options": { "batchSize": -5, "rejectLimit": "none", "writePath": "fast" }
        }
        """;

    static readonly string[] Codes =
    [
        ErrorCodes.InvalidName, ErrorCodes.UnknownProperty, ErrorCodes.InvalidTableName, ErrorCodes.EmptyKey,
        ErrorCodes.InvalidColumnName, ErrorCodes.UnknownTimeZone, ErrorCodes.MissingProperty,
        ErrorCodes.UnknownReference,
        ErrorCodes.OptionOutOfRange, ErrorCodes.WrongType, ErrorCodes.UnknownValue,
    ];

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("migrate-validate-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_manifest_with_eleven_faults_gets_eleven_lines_with_path_code_and_remedy()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "Ten Faults.json"), TenFaults);

        var result = await Validate("Ten Faults.json");

        Assert.Equal(ExitCodes.WrongUse, result.ExitCode);
        var problems = result.Lines()[..^1];
        Assert.Equal(Codes.Order(), problems.Select(line => line.Split(": ")[1].Split(' ')[0]).Order());
        Assert.All(problems, line => Assert.Matches(@"^Ten Faults\.json \$\S*: MIG\d{4} .+  -> .+$", line));
        Assert.Equal("Ten Faults.json: 11 problems", result.Lines()[^1]);
    }

    [Fact]
    public async Task A_valid_manifest_is_named_with_its_fingerprint()
    {
        Write("small.json", Valid);

        var result = await Validate("small.json");

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Matches("^small.json: valid, small, fingerprint [0-9a-f]{64}$", Assert.Single(result.Lines()));
    }

    [Fact]
    public async Task Of_several_files_each_has_its_verdict_in_one_document()
    {
        Write("small.json", Valid);
        Write("broken.json", "{");

        var result = await Validate("small.json", "broken.json", "missing.json", "--json");

        Assert.Equal(ExitCodes.WrongUse, result.ExitCode);
        Assert.False(result.Json().GetProperty("valid").GetBoolean());
        var files = result.Json().GetProperty("files").EnumerateArray().ToList();
        Assert.Equal([true, false, false], files.Select(f => f.GetProperty("valid").GetBoolean()));
        Assert.Equal(["small.json", "broken.json", "missing.json"],
            files.Select(f => f.GetProperty("file").GetString()));
        Assert.Equal(ErrorCodes.JsonBroken, files[1].GetProperty("problems")[0].GetProperty("code").GetString());
        Assert.Equal(ErrorCodes.ManifestUnreadable,
            files[2].GetProperty("problems")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Problems_carry_the_path_that_was_given()
    {
        _folder.CreateSubdirectory("sub");
        Write("sub/broken.json", "{");

        var result = await Validate("sub/broken.json");

        Assert.StartsWith("sub/broken.json", result.Lines()[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_named_has_the_last_word()
    {
        Write("small.json", Valid);
        await using var service = await ScriptedService.StartAsync();
        service.OnProblems("POST /api/manifests/validate", 400,
            new Problem("MIG1999", "small.json $.name", "A newer rule.", "Follow it."));

        var refused = await new Cli { Folder = _folder.FullName }.InvokeAsync(service, "validate", "small.json");
        var offline = await new Cli { Folder = _folder.FullName }
            .InvokeAsync(service, "validate", "small.json", "--offline");

        Assert.Equal(ExitCodes.WrongUse, refused.ExitCode);
        Assert.Contains("MIG1999", refused.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Done, offline.ExitCode);
        var request = Assert.Single(service.Requests);
        Assert.Equal(Valid, request.Body);
        Assert.Equal("?file=small.json", request.Query);
    }

    [Fact]
    public async Task The_service_of_the_environment_is_not_asked()
    {
        Write("small.json", Valid);
        await using var service = await ScriptedService.StartAsync();

        var result = await new Cli { Folder = _folder.FullName }.With("MIGRATE_URL", service.Url)
            .InvokeAsync("validate", "small.json");

        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Empty(service.Requests);
    }

    Task<CliResult> Validate(params string[] arguments) =>
        new Cli { Folder = _folder.FullName }.InvokeAsync(["validate", .. arguments]);

    void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder.FullName, file), text);
}
