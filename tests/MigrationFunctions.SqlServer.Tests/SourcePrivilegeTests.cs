using LocalSqlServer.SchoolDatabase;
using LocalSqlServer.Storage;

namespace MigrationFunctions.SqlServer.Tests;

/// <summary>What the login may do beyond reading, and whether it gets masks for values.</summary>
public class SourcePrivilegeTests
{
    [Fact]
    public async Task A_login_that_only_reads_has_nothing_too_much_and_sees_no_mask()
    {
        await using var legacy = await LegacySource.StartAsync(Schools());
        Assert.Equal([], await FindAsync(legacy));
        Assert.Equal([], await legacy.Source.FindMaskedColumnsAsync("dbo.Student", CancellationToken.None));
    }

    [Theory]
    [InlineData("sysadmin", "is a sysadmin")]
    [InlineData("db_owner", "is a db_owner")]
    [InlineData("db_datawriter", "may write every table (db_datawriter)")]
    [InlineData("db_ddladmin", "may alter every table (db_ddladmin)")]
    [InlineData("db_securityadmin", "may grant (db_securityadmin)")]
    public async Task A_role_that_writes_is_found_once(string role, string expected)
    {
        var database = Schools();
        database.LoginRoles.Add(role);
        await using var legacy = await LegacySource.StartAsync(database);
        Assert.Equal([$"login migration_reader {expected}"], await FindAsync(legacy));
    }

    [Fact]
    public async Task Control_of_the_database_is_found()
    {
        var database = Schools();
        database.LoginPermissions.Add("CONTROL");
        await using var legacy = await LegacySource.StartAsync(database);
        Assert.Equal(["login migration_reader has CONTROL of the database"], await FindAsync(legacy));
    }

    [Fact]
    public async Task Writing_permissions_on_a_table_are_named_with_their_table()
    {
        var database = Schools();
        database.LoginPermissions.Add("UPDATE dbo.Student");
        database.LoginPermissions.Add("DELETE dbo.Student");
        database.LoginPermissions.Add("INSERT dbo.GradeScale");
        await using var legacy = await LegacySource.StartAsync(database);
        Assert.Equal(["login migration_reader has UPDATE, DELETE on dbo.Student"], await FindAsync(legacy));
    }

    [Fact]
    public async Task Masked_columns_are_found_unless_the_login_sees_through()
    {
        var database = Schools();
        database.Table("dbo.Student").Mask("FirstName").Mask("LastName");
        await using var legacy = await LegacySource.StartAsync(database);
        Assert.Equal(["FirstName", "LastName"], await MaskedAsync());

        database.LoginPermissions.Add("UNMASK dbo.Student.LastName");
        Assert.Equal(["FirstName"], await MaskedAsync());

        database.LoginPermissions.Add("UNMASK");
        Assert.Equal([], await MaskedAsync());

        Task<IReadOnlyList<string>> MaskedAsync() =>
            legacy.Source.FindMaskedColumnsAsync("dbo.Student", CancellationToken.None);
    }

    static LegacyDatabase Schools() => SchoolDatabase.Create(new SchoolOptions(Seed: 3, Rows: 100, Districts: 1));

    static async Task<IEnumerable<string>> FindAsync(LegacySource legacy) =>
        (await legacy.Source.FindExcessivePrivilegesAsync(["dbo.District", "dbo.Student"], CancellationToken.None))
        .Select(e => $"{e.Holder} {e.What}");
}
