using MigrationFunctions.Core.Errors;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Copying;
using MigrationFunctions.PostgreSql.Scripts;
using MigrationFunctions.PostgreSql.Tests.Support;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Tests;

public sealed class ErrorTests(TargetServer server) : TargetTest(server)
{
    const string Secret = "hunter2-secret";

    [Fact]
    public async Task A_server_that_does_not_answer_is_MIG4001_and_transient()
    {
        var e = await FailsAsync(b => (b.Port, b.Timeout) = (1, 2));

        Assert.Equal((ErrorCodes.TargetUnreachable, true), (e.Code, e.IsTransient));
    }

    [Fact]
    public async Task A_wrong_password_is_MIG4002() =>
        Assert.Equal((ErrorCodes.TargetLoginRefused, false), CodeOf(await FailsAsync(_ => { })));

    [Fact]
    public async Task An_unknown_role_is_MIG4002() =>
        Assert.Equal((ErrorCodes.TargetLoginRefused, false), CodeOf(await FailsAsync(b => b.Username = "nobody_here")));

    [Fact]
    public async Task An_unknown_database_is_MIG4002()
    {
        var password = new NpgsqlConnectionStringBuilder(Target.Writer).Password;

        var e = await FailsAsync(b => (b.Database, b.Password) = ("no such", password));

        Assert.Equal((ErrorCodes.TargetLoginRefused, false), CodeOf(e));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Host=x")]
    [InlineData("Password=" + Secret)]
    [InlineData("Host=x;Database=y;Passwrd=" + Secret)]
    [InlineData("Host=x;Database=y;Port=" + Secret)]
    public void A_malformed_setting_is_MIG4014_and_not_repeated(string? setting)
    {
        var e = Assert.Throws<MigrationException>(
            () => new PostgresConnections("Migration:TargetConnection", setting, null));

        Assert.Equal(ErrorCodes.TargetNotConfigured, e.Code);
        Assert.Contains("Migration:TargetConnection", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_create_the_schema_gets_MIG4007()
    {
        await Target.ExecuteAsync(
            $"DROP SCHEMA migration CASCADE; REVOKE CREATE ON DATABASE {Target.Name} FROM migration_writer");

        var e = await Assert.ThrowsAsync<MigrationException>(
            () => new MigrationSchema(Target.Connections).EnsureAsync(Cancel));

        Assert.Equal((ErrorCodes.TargetPrivilegeMissing, false), CodeOf(e));
    }

    [Fact]
    public async Task A_role_that_may_not_use_the_schema_gets_MIG4007()
    {
        await Target.ExecuteAsync(
            "ALTER SCHEMA migration OWNER TO CURRENT_USER; REVOKE ALL ON SCHEMA migration FROM migration_writer");

        var e = await Assert.ThrowsAsync<MigrationException>(() => Target.Runs.ListAsync(1, Cancel));

        Assert.Equal((ErrorCodes.TargetPrivilegeMissing, false), CodeOf(e));
    }

    [Fact]
    public async Task A_table_that_is_gone_is_MIG4003()
    {
        var migration = new Migration(Target, Legacy.With(students: 1).Source);
        var work = Assert.Single(await migration.PlanAsync("school"));
        await Target.ExecuteAsync("DROP TABLE school.school CASCADE");

        var e = await Assert.ThrowsAsync<MigrationException>(() => migration.CopyAsync(work));

        Assert.Equal((ErrorCodes.TargetCommandFailed, false), CodeOf(e));
        Assert.StartsWith("MIG4003 school of tenant 1, batch 1: SQLSTATE 42P01", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_message_holds_a_value_of_a_row()
    {
        var legacy = Legacy.With(students: 0);
        legacy.AddStudent(1, 1, ("FirstName", Secret), ("Gpa", -1m));
        var migration = new Migration(
            Target, legacy.Source, options: Migration.Writing(Core.Manifests.WritePath.Direct));

        var e = await Assert.ThrowsAsync<MigrationException>(() => migration.MoveAsync("student"));

        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
            Assert.DoesNotContain(Secret, inner.Message, StringComparison.Ordinal);
        await new Migration(Target, legacy.Source).MoveAsync("student");
        var reason = await Target.ScalarAsync<string>("SELECT reason FROM migration.rejected_row");
        Assert.DoesNotContain(Secret, reason, StringComparison.Ordinal);
    }

    static (string, bool) CodeOf(MigrationException e) => (e.Code, e.IsTransient);

    async Task<MigrationException> FailsAsync(Action<NpgsqlConnectionStringBuilder> change)
    {
        var builder = new NpgsqlConnectionStringBuilder(Target.Writer) { Password = Secret, Pooling = false };
        change(builder);
        await using var connections = new PostgresConnections("test", builder.ConnectionString, null);
        var e = await Assert.ThrowsAsync<MigrationException>(
            () => new PostgresTarget(connections).GetFactsAsync(Cancel));
        Assert.DoesNotContain(builder.Password!, e.ToString(), StringComparison.Ordinal);
        return e;
    }
}
