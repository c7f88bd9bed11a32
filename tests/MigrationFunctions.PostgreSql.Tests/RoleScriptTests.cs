using Dapper;
using MigrationFunctions.Core.Tests.Manifests;
using MigrationFunctions.PostgreSql.Tests.Support;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>infra/sql/target.sql by an administrator who is no superuser, as in Azure.</summary>
public sealed class RoleScriptTests(TargetServer server)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_administrator_without_BYPASSRLS_gets_every_role_but_the_direct_one_and_is_told_so()
    {
        await using var superuser = new NpgsqlConnection(await server.CreateEmptyAsync());
        await superuser.OpenAsync(Cancel);
        // Roles belong to the whole server: a set of their own, under another name.
        var prefix = $"{superuser.Database}_";
        var (roles, tables) = (Script("infra/sql/target.sql", prefix), Script("manifests/school-district.target.sql", prefix));
        var notices = new List<string>();
        superuser.Notice += (_, e) => notices.Add(e.Notice.MessageText);
        await superuser.ExecuteAsync($"CREATE ROLE {prefix}admin CREATEROLE; ALTER DATABASE {superuser.Database} OWNER TO {prefix}admin");
        try
        {
            await superuser.ExecuteAsync($"SET SESSION AUTHORIZATION {prefix}admin");
            await superuser.ExecuteAsync(roles);
            await superuser.ExecuteAsync(tables);
            await superuser.ExecuteAsync(roles);
            await superuser.ExecuteAsync("RESET SESSION AUTHORIZATION");

            Assert.Equal(2, notices.Count(n => n.StartsWith($"{prefix}direct is not made", StringComparison.Ordinal)));
            Assert.Equal(
                ["admin", "auditor", "school_owner", "writer"],
                await superuser.QueryAsync<string>(
                    "SELECT substr(rolname, length(@prefix) + 1) FROM pg_roles WHERE starts_with(rolname, @prefix) ORDER BY 1",
                    new { prefix }));
            Assert.Equal(
                ["DELETE", "INSERT", "SELECT", "UPDATE"],
                await superuser.QueryAsync<string>(
                    """
                    SELECT privilege_type::text FROM information_schema.role_table_grants
                    WHERE grantee = @prefix || 'writer' AND table_name = 'student' ORDER BY 1
                    """, new { prefix }));
            Assert.False(await superuser.ExecuteScalarAsync<bool>($"SELECT pg_has_role('{prefix}admin', '{prefix}writer', 'USAGE')"));
        }
        finally
        {
            await superuser.ExecuteAsync(
                $"""
                RESET SESSION AUTHORIZATION; ALTER DATABASE {superuser.Database} OWNER TO CURRENT_USER;
                DROP OWNED BY {prefix}writer, {prefix}school_owner, {prefix}auditor, {prefix}admin CASCADE;
                DROP ROLE {prefix}writer, {prefix}school_owner, {prefix}auditor, {prefix}admin
                """);
        }
    }

    [Fact]
    public async Task Ownership_for_a_load_comes_with_the_setting_and_goes_without_it()
    {
        await using var superuser = new NpgsqlConnection(await server.CreateEmptyAsync());
        await superuser.OpenAsync(Cancel);
        var owner = $"{superuser.Database}_owner";
        var roles = $"SELECT set_config('setup.owner', '{owner}', false);\n" + Script("infra/sql/target.sql", "migration_");
        try
        {
            await superuser.ExecuteAsync("SELECT set_config('setup.direct_owns_tables', 'on', false)");
            await superuser.ExecuteAsync(roles);
            var during = await IsOwnerAsync();
            await superuser.ExecuteAsync("RESET setup.direct_owns_tables");
            await superuser.ExecuteAsync(roles);

            Assert.Equal((true, false), (during, await IsOwnerAsync()));
        }
        finally
        {
            await superuser.ExecuteAsync($"DROP OWNED BY {owner} CASCADE; DROP ROLE {owner}");
        }

        Task<bool> IsOwnerAsync() =>
            superuser.ExecuteScalarAsync<bool>($"SELECT pg_has_role('migration_direct', '{owner}', 'MEMBER')");
    }

    static string Script(string path, string prefix) => File.ReadAllText(RepositoryFile.PathOf(path))
        .Replace("migration_", prefix, StringComparison.Ordinal)
        .Replace("school_owner", prefix == "migration_" ? "school_owner" : $"{prefix}school_owner", StringComparison.Ordinal);
}
