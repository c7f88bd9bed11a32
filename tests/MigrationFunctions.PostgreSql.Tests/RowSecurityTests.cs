using Dapper;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.PostgreSql.Copying;
using MigrationFunctions.PostgreSql.Tests.Support;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>The database itself keeps tenants apart, whatever our code does.</summary>
public sealed class RowSecurityTests(TargetServer server) : TargetTest(server)
{
    [Fact]
    public async Task The_staged_path_with_a_forged_tenant_is_refused_by_the_database()
    {
        var migration = new Migration(
            Target, Legacy.With(students: 5).Source, options: Migration.Writing(WritePath.Staged));
        var work = Assert.Single(await migration.PlanAsync("school"));
        await using var batch = await Target.Database.BeginBatchAsync(work, WritePath.Staged, Cancel);
        var forged = migration.Tenant(Legacy.OtherDistrict).Id;
        using var tuple = new Core.Encoders.TupleBuffer();
        tuple.BeginRow(7);
        tuple.WriteGuid(forged);
        tuple.WriteGuid(Guid.NewGuid());
        tuple.WriteInt32(1);
        tuple.TryWriteText("S1");
        tuple.TryWriteText("School");
        tuple.WriteBoolean(true);
        tuple.WriteNull();
        tuple.EndRow();
        await batch.Sink.WriteAsync(tuple.WrittenMemory, Cancel);

        var e = await Assert.ThrowsAsync<MigrationException>(() => batch.Sink.CompleteAsync(Cancel));

        Assert.Equal((ErrorCodes.TargetPrivilegeMissing, false), (e.Code, e.IsTransient));
        Assert.Contains("row-level security", e.Message, StringComparison.Ordinal);
        await batch.DisposeAsync();
        Assert.Equal("", await Target.DumpAsync("school.school"));
    }

    [Fact]
    public async Task The_writer_sees_and_writes_its_tenant_alone()
    {
        var migration = new Migration(Target, Legacy.With(students: 5).Source);
        foreach (var tenant in new[] { Legacy.District, Legacy.OtherDistrict })
        {
            await migration.MoveAsync("school", tenant);
            await migration.MoveAsync("student", tenant);
        }
        await using var connection = await Target.Connections.OpenAsync(Target.Connections.Writer, Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        var mine = migration.Tenant(Legacy.District).Id;
        await connection.ExecuteAsync(
            "SELECT set_config('app.tenant_id', @mine, true)", new { mine = mine.ToString() });

        Assert.Equal([mine], await connection.QueryAsync<Guid>("SELECT DISTINCT tenant_id FROM school.student"));
        Assert.Equal(0, await connection.ExecuteAsync(
            "UPDATE school.student SET first_name = 'x' WHERE tenant_id <> @mine", new { mine }));
        var e = await Assert.ThrowsAsync<PostgresException>(() => connection.ExecuteAsync(
            "UPDATE school.student SET tenant_id = @other", new { other = migration.Tenant(Legacy.OtherDistrict).Id }));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, e.SqlState);
    }

    [Fact]
    public async Task Without_a_tenant_nothing_is_visible()
    {
        var migration = new Migration(Target, Legacy.With(students: 5).Source);
        await migration.MoveAsync("school");
        await using var connection = await Target.Connections.OpenAsync(Target.Connections.Writer, Cancel);

        await Assert.ThrowsAsync<PostgresException>(() => connection.QueryAsync("SELECT * FROM school.school"));
    }

    [Fact]
    public async Task The_writer_alone_is_enough_for_everything()
    {
        await using var writer = Target.Connect(hasDirect: false);
        var migration = new Migration(
            Target, Legacy.With(students: 200).Source) { Through = new PostgresTarget(writer) };
        await migration.MoveAsync("school");

        var result = await migration.MoveAsync("student");

        Assert.Equal((200, WritePath.Staged), (result.RowsWritten, result.Path));
        var facts = await migration.Database.GetFactsAsync(Cancel);
        Assert.Equal((false, "migration_writer"), (facts.BypassesRowSecurity, facts.Role));
        Assert.Equal([], await migration.Database.FindMissingPrivilegesAsync("school.student", Cancel));
    }

    [Fact]
    public async Task Direct_asked_for_with_a_role_under_row_level_security_is_MIG4012()
    {
        await using var writer = Target.Connect(hasDirect: false);
        var migration = new Migration(
            Target, Legacy.With(students: 1).Source, options: Migration.Writing(WritePath.Direct))
        {
            Through = new PostgresTarget(writer),
        };

        var e = await Assert.ThrowsAsync<MigrationException>(() => migration.MoveAsync("school"));

        Assert.Equal(ErrorCodes.TargetDirectPathImpossible, e.Code);
    }
}
