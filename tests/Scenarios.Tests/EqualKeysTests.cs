using LocalSqlServer.Storage;
using LocalSqlServer.Types;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Reconciling;
using Scenarios.Tests.Harness;

namespace Scenarios.Tests;

/// <summary>Keys that the source holds to be equal are one key: its valid references are valid here.</summary>
public sealed class EqualKeysTests(TargetServer server)
{
    const string Manifest =
        """
        {
          "name": "courses",
          "tenants": { "table": "dbo.District", "key": "Id" },
          "entities": [
            {
              "name": "course",
              "source": { "table": "dbo.Course", "tenant": "District", "key": ["Code"] },
              "target": { "table": "own.course" },
              "columns": [ { "source": "Title", "target": "title" } ]
            },
            {
              "name": "room",
              "source": { "table": "dbo.Room", "tenant": "District", "key": ["Tag"] },
              "target": { "table": "own.room" },
              "columns": []
            },
            {
              "name": "teacher",
              "source": { "table": "dbo.Teacher", "tenant": "District", "key": ["Id"] },
              "target": { "table": "own.teacher" },
              "columns": []
            },
            {
              "name": "lesson",
              "source": { "table": "dbo.Lesson", "tenant": "District", "key": ["Id"] },
              "target": { "table": "own.lesson" },
              "columns": [
                { "source": "Course", "target": "course_id", "reference": "course" },
                { "source": "Room", "target": "room_id", "reference": "room" },
                { "source": "Teacher", "target": "teacher_id", "reference": "teacher" }
              ]
            }
          ]
        }
        """;

    const string Tables =
        """
        CREATE TABLE own.course (
          tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id varchar(20) NOT NULL, title varchar(50), PRIMARY KEY (tenant_id, id));
        CREATE TABLE own.room (tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id bytea NOT NULL, PRIMARY KEY (tenant_id, id));
        CREATE TABLE own.teacher (tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id uuid NOT NULL, PRIMARY KEY (tenant_id, id));
        CREATE TABLE own.lesson (
          tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id integer NOT NULL, course_id uuid, room_id uuid, teacher_id uuid,
          PRIMARY KEY (tenant_id, id),
          FOREIGN KEY (tenant_id, course_id) REFERENCES own.course (tenant_id, id),
          FOREIGN KEY (tenant_id, room_id) REFERENCES own.room (tenant_id, id),
          FOREIGN KEY (tenant_id, teacher_id) REFERENCES own.teacher (tenant_id, id))
        """;

    static readonly object Full = new { manifest = "courses", mode = "full" };
    static readonly object Digest = new { manifest = "courses", depth = "digest" };
    static readonly Guid Teacher = new("0f8fad5b-d9cb-469f-a165-70867728950e");

    [Theory]
    [InlineData("auto")]
    [InlineData("staged")]
    public async Task A_reference_in_another_spelling_gets_its_parents_id_and_what_no_join_finds_is_an_orphan(string writePath)
    {
        await using var scenario = await Scenario.CreateAsync(server, new OwnSchema(Manifest, Tables), Courses());
        var api = await scenario.HostAsync();

        var run = await api.EndAsync(await api.StartAsync(new { manifest = "courses", mode = "full", options = new { writePath } }));
        var equal = await api.ReconcileAsync(Digest);

        Assert.True(run.Status == States.CompletedWithRejects, Api.ToJson(run));
        // Only the lesson of a course that SQL Server's own join does not find either.
        Assert.Equal("6 orphan", await scenario.Target.QueryAsync<string>(
            "SELECT string_agg(legacy_key || ' ' || rule, ',') FROM migration.rejected_row"));
        Assert.Equal("1 MATH,2 MATH,3 ART,4 ART,5 -", await scenario.Target.QueryAsync<string>(
            """
            SELECT string_agg(l.legacy_id || ' ' || coalesce(c.legacy_id, '-'), ',' ORDER BY l.legacy_id)
            FROM own.lesson AS l LEFT JOIN own.course AS c ON c.tenant_id = l.tenant_id AND c.id = l.course_id
            """));
        Assert.Equal(1, await scenario.Target.QueryAsync<long>(
            "SELECT count(*) FROM own.lesson AS l JOIN own.room AS r ON r.id = l.room_id JOIN own.teacher AS t ON t.id = l.teacher_id"));
        Assert.True(equal.Verdict == ReconciliationVerdict.Equal, Api.ToJson(equal));
    }

    [Fact]
    public async Task Keys_in_two_spellings_that_are_one_to_the_source_are_a_finding_before_the_run()
    {
        var courses = Courses();
        courses.Table("Course").Add(1, "Math", "again");
        await using var scenario = await Scenario.CreateAsync(server, new OwnSchema(Manifest, Tables), courses);
        var api = await scenario.HostAsync();

        var run = await api.EndAsync(await api.StartAsync(Full));

        var finding = Assert.Single(run.Findings, f => f.Severity == ProblemSeverity.Error);
        Assert.Equal((States.Failed, ErrorCodes.SourceKeysEqual), (run.Status, finding.Code));
        Assert.Contains("1 keys", finding.Message, StringComparison.Ordinal);
        Assert.Contains("SQL_Latin1_General_CP1_CI_AS", finding.Message, StringComparison.Ordinal);
        Assert.Equal(0, await scenario.Target.QueryAsync<long>("SELECT count(*) FROM own.course"));
    }

    static LegacyDatabase Courses()
    {
        var database = new LegacyDatabase("Courses");
        database.AddTable("dbo", "District").Column("Id", SqlType.Int).PrimaryKey("Id").Add(1);
        database.AddTable("dbo", "Course").Column("District", SqlType.Int).Column("Code", SqlType.VarChar(20))
            .Column("Title", SqlType.NVarChar(50)).Add(1, "MATH", "Mathematics").Add(1, "ART", "Art");
        database.AddTable("dbo", "Room").Column("District", SqlType.Int).Column("Tag", SqlType.Binary(4)).PrimaryKey("District", "Tag")
            .Add(1, new byte[] { 1, 2, 0, 0 });
        database.AddTable("dbo", "Teacher").Column("District", SqlType.Int).Column("Id", SqlType.UniqueIdentifier)
            .PrimaryKey("District", "Id").Add(1, Teacher);
        database.AddTable("dbo", "Lesson").Column("District", SqlType.Int).Column("Id", SqlType.Int)
            .Column("Course", SqlType.VarChar(20), nullable: true).Column("Room", SqlType.VarBinary(4), nullable: true)
            .Column("Teacher", SqlType.VarChar(36), nullable: true).PrimaryKey("District", "Id")
            .Add(1, 1, "MATH", new byte[] { 1, 2 }, Teacher.ToString().ToUpperInvariant())
            .Add(1, 2, "math", null, null).Add(1, 3, "Art  ", null, null).Add(1, 4, "aRT", null, null).Add(1, 5, null, null, null)
            .Add(1, 6, "Chemistry", null, null);
        return database;
    }
}
