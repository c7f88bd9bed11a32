using System.Data;
using CsCheck;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using static MigrationFunctions.Core.Tests.Copying.Columns;

namespace MigrationFunctions.Core.Tests.Planning;

public sealed class SourceNamesTests
{
    /// <summary>Few letters, so that names often differ in case only.</summary>
    static readonly Gen<string> Name = Gen.Char["abABéÉ"].Array[1, 3].Select(letters => new string(letters));

    [Fact]
    public void A_name_is_the_column_spelled_so_or_the_only_one_that_ignores_case_or_none() =>
        Gen.Select(Name.HashSet[1, 8], Name, Gen.Bool).Sample((names, asked, ignoresCase) =>
        {
            var match = TableOf(ignoresCase, [.. names]).Resolve(asked);
            var alike = names.Where(n => n.Equals(asked, StringComparison.OrdinalIgnoreCase)).ToList();
            var expected = names.Contains(asked) ? [asked] : ignoresCase ? alike : [];
            Assert.Equal(expected, match.Candidates.Select(c => c.Name));
            Assert.Equal(expected.Count == 1 ? expected[0] : null, match.Column?.Name);
            Assert.Equal(expected.Count > 1, match.IsAmbiguous);
        });

    [Fact]
    public void Each_name_has_a_column_or_one_problem_that_says_which_kind_it_is() =>
        Gen.Select(Name.HashSet[1, 8], Name, Gen.Bool).Sample((names, asked, ignoresCase) =>
        {
            var table = TableOf(ignoresCase, [.. names]);
            var problem = SourceNames.ProblemOf(table, asked, "here");
            Assert.Equal(
                table.Find(asked) is not null ? null
                    : table.Resolve(asked).IsAmbiguous ? ErrorCodes.AmbiguousSourceColumn : ErrorCodes.UnknownSourceColumn,
                problem?.Code);
            if (problem is null)
                Assert.Equal(table.Find(asked), SourceNames.Column(table, asked));
            else
                Assert.Equal(problem.Code, Assert.Throws<MigrationException>(() => SourceNames.Column(table, asked)).Code);
        });

    [Fact]
    public void An_ambiguous_name_is_told_with_all_that_it_may_be()
    {
        var problem = SourceNames.ProblemOf(TableOf(true, "Name", "name"), "NAME", "here")!;
        Assert.Equal((ErrorCodes.AmbiguousSourceColumn, "here"), (problem.Code, problem.Place));
        Assert.Contains("'Name', 'name'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_in_other_case_is_refused_where_case_tells_and_the_right_one_is_offered()
    {
        var problem = SourceNames.ProblemOf(TableOf(false, "StudentID"), "studentid", "here")!;
        Assert.Equal(ErrorCodes.UnknownSourceColumn, problem.Code);
        Assert.Contains("capitals", problem.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'StudentID'?", problem.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tenants_columns_are_spelled_as_their_table_has_them()
    {
        var tenants = new TenantSource { Table = "dbo.District", Key = "id", NameColumn = "NAME", TimeZoneColumn = "Zone" };
        var found = SourceNames.In(TableOf(true, "ID", "Name", "Zone"), tenants);
        Assert.Equal(("ID", "Name", "Zone"), (found.Key, found.NameColumn, found.TimeZoneColumn));
    }

    [Fact]
    public void All_of_the_tenants_columns_that_are_not_there_are_told_at_once()
    {
        var tenants = new TenantSource { Table = "dbo.District", Key = "id", NameColumn = "NAME", TimeZoneColumn = "Zone" };
        var table = TableOf(false, "ID", "Name", "Zone");
        Assert.Equal(["$.tenants.key", "$.tenants.nameColumn"], SourceNames.ProblemsOf(table, tenants).Select(p => p.Place));
        Assert.Equal(
            ErrorCodes.UnknownSourceColumn, Assert.Throws<MigrationException>(() => SourceNames.In(table, tenants)).Code);
    }

    [Theory]
    [InlineData(SqlDbType.Int, SqlDbType.Int, SqlDbType.NVarChar, null)]
    [InlineData(SqlDbType.UniqueIdentifier, SqlDbType.NText, SqlDbType.Char, null)]
    [InlineData(SqlDbType.Xml, SqlDbType.Int, SqlDbType.NVarChar, "$.tenants.key")]
    [InlineData(SqlDbType.Float, SqlDbType.Int, SqlDbType.NVarChar, "$.tenants.key")]
    [InlineData(SqlDbType.Int, SqlDbType.Xml, SqlDbType.NVarChar, "$.tenants.nameColumn")]
    [InlineData(SqlDbType.Int, SqlDbType.Image, SqlDbType.NVarChar, "$.tenants.nameColumn")]
    [InlineData(SqlDbType.Int, SqlDbType.NVarChar, SqlDbType.Int, "$.tenants.timeZoneColumn")]
    [InlineData(SqlDbType.Int, SqlDbType.NVarChar, SqlDbType.DateTimeOffset, "$.tenants.timeZoneColumn")]
    public void The_tenants_columns_have_types_that_can_be_read_as_what_they_are_named_for(
        SqlDbType key, SqlDbType name, SqlDbType zone, string? place)
    {
        var tenants = new TenantSource { Table = "dbo.District", Key = "ID", NameColumn = "Name", TimeZoneColumn = "Zone" };
        var table = new SourceTable("dbo.T", [Source(key, "ID"), Source(name, "Name"), Source(zone, "Zone")], [], true);

        var problems = SourceNames.ProblemsOf(table, tenants).ToList();

        Assert.Equal(place is null ? [] : [(ErrorCodes.TenantColumnType, place)], problems.Select(p => (p.Code, p.Place)));
    }

    static SourceTable TableOf(bool namesIgnoreCase, params string[] names) =>
        new("dbo.T", [.. names.Select(n => Source(SqlDbType.NVarChar, n))], [], namesIgnoreCase);
}
