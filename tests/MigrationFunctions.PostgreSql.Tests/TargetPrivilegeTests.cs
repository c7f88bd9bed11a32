using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Copying;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>Rights that no run needs are found, by whoever holds them, with what takes them away.</summary>
public sealed class TargetPrivilegeTests(TargetServer server) : TargetTest(server)
{
    static readonly string[] Tables = ["school.school", "school.student"];

    [Fact]
    public async Task The_roles_of_the_script_have_none() => Assert.Equal([], await FindAsync(Target.Connections));

    [Theory]
    [InlineData(
        "GRANT SELECT ON school.student TO migration_auditor",
        "role migration_auditor: may read school.student")]
    [InlineData(
        "GRANT SELECT ON migration.rejected_row TO migration_auditor",
        "role migration_auditor: may read migration.rejected_row")]
    [InlineData("GRANT CREATE ON SCHEMA migration TO PUBLIC", "PUBLIC: may make things in schema migration")]
    [InlineData(
        "GRANT INSERT, UPDATE ON migration.dropped_definition TO PUBLIC",
        "PUBLIC: has INSERT, UPDATE on migration.dropped_definition")]
    [InlineData("GRANT TRUNCATE ON school.student TO migration_writer",
        "role migration_writer: may TRUNCATE school.student, whichever tenant it is")]
    public async Task A_right_too_many_is_found(string grant, string expected)
    {
        await Target.ExecuteAsync(grant);

        Assert.Equal([expected], await FindAsync(Target.Connections));
    }

    [Fact]
    public async Task What_PUBLIC_may_read_so_may_auditors()
    {
        await Target.ExecuteAsync("GRANT SELECT ON school.student TO PUBLIC");

        Assert.Equal(
            ["PUBLIC: has SELECT on school.student", "role migration_auditor: may read school.student"],
            await FindAsync(Target.Connections));
    }

    [Fact]
    public async Task A_writer_that_owns_a_table_without_forced_row_security_is_not_bound()
    {
        await Target.ExecuteAsync(
            "ALTER TABLE school.student OWNER TO migration_writer; ALTER TABLE school.student NO FORCE ROW LEVEL SECURITY");

        Assert.Equal(
            ["role migration_writer: owns school.student, whose row-level security does not bind its owner"],
            await FindAsync(Target.Connections));
    }

    [Theory]
    [InlineData("SUPERUSER", "is a superuser", "is a superuser")]
    [InlineData("BYPASSRLS", "has BYPASSRLS", null)]
    [InlineData("CREATEROLE", "may make roles", "may make roles")]
    [InlineData("CREATEDB", "may make databases", "may make databases")]
    [InlineData("REPLICATION", "may replicate the server", "may replicate the server")]
    public async Task An_attribute_of_an_identity_is_found(string attribute, string ofWriter, string? ofDirect)
    {
        // Roles belong to the whole server: one of its own, so that other tests keep theirs.
        var role = $"odd_{Target.Name}";
        await Target.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'unused' {attribute}");
        try
        {
            var odd = As(role);
            await using var writer = new PostgresConnections("test", odd, null);
            await using var direct = new PostgresConnections("test", Target.Writer, odd);

            Assert.Equal([$"role {role}: {ofWriter}"], await FindAsync(writer));
            Assert.Equal(ofDirect is null ? [] : [$"role {role}: {ofDirect}"], await FindAsync(direct));
        }
        finally
        {
            Npgsql.NpgsqlConnection.ClearAllPools();
            await Target.ExecuteAsync($"DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_writer_that_may_become_the_direct_role_is_not_bound()
    {
        var role = $"odd_{Target.Name}";
        await Target.ExecuteAsync(
            $"CREATE ROLE {role} LOGIN NOINHERIT PASSWORD 'unused' IN ROLE migration_direct");
        try
        {
            await using var writer = new PostgresConnections("test", As(role), null);

            Assert.Equal(
                [$"role {role}: may become migration_direct, which is not bound by row-level security"],
                await FindAsync(writer));
        }
        finally
        {
            Npgsql.NpgsqlConnection.ClearAllPools();
            await Target.ExecuteAsync($"DROP ROLE {role}");
        }
    }

    string As(string role) => new Npgsql.NpgsqlConnectionStringBuilder(Target.Admin)
    {
        Username = role, Password = "unused",
    }.ConnectionString;

    static async Task<IEnumerable<string>> FindAsync(PostgresConnections connections) =>
        (await new PostgresTarget(connections).FindExcessivePrivilegesAsync(Tables, Cancel))
        .Select(e => $"{e.Holder}: {e.What}").Order(StringComparer.Ordinal);
}
