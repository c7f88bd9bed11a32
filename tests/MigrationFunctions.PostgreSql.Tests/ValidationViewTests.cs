using Dapper;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Tests.Support;
using MigrationFunctions.PostgreSql.Validation;
using Npgsql;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>What an auditor sees, and what he does not.</summary>
public sealed class ValidationViewTests(TargetServer server) : TargetTest(server)
{
    [Fact]
    public async Task An_auditor_sees_the_account_of_one_district_and_nothing_without_naming_it()
    {
        var migration = await MigrateAsync();

        Assert.Equal(
            [("1", 8L, 8L, 0L, 0L, 8L, true)],
            await AuditAsync<(string, long, long, long, long, long, bool)>(
                migration, Legacy.District,
                """
                SELECT tenant, source_rows, migrated, rejected, filtered, target_rows, is_equal
                FROM validation.student_count_parity
                """));
        Assert.Equal(
            [migration.Tenant(Legacy.OtherDistrict).Id],
            await AuditAsync<Guid>(migration, Legacy.OtherDistrict, "SELECT tenant_id FROM validation.student_count_parity"));
        foreach (var view in await ViewsAsync())
            await Assert.ThrowsAsync<PostgresException>(
                () => AuditAsync<object>(migration, null, $"SELECT * FROM validation.{Identifier.Quote(view)}"));
    }

    [Theory]
    [InlineData("SELECT * FROM school.student")]
    [InlineData("SELECT * FROM migration.batch_state")]
    [InlineData("SELECT * FROM migration.rejected_row")]
    [InlineData("CREATE TABLE validation.own (x int)")]
    public async Task An_auditor_may_do_nothing_else(string sql)
    {
        var migration = await MigrateAsync();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => AuditAsync<object>(migration, Legacy.District, sql));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [Fact]
    public async Task What_is_lost_or_orphaned_afterwards_shows()
    {
        var migration = await MigrateAsync();
        await Target.ExecuteAsync(
            """
            ALTER TABLE school.student DROP CONSTRAINT student_school;
            DELETE FROM school.school WHERE legacy_id = (SELECT min(legacy_id) FROM school.school)
            """);

        Assert.Equal(
            [false], await AuditAsync<bool>(migration, Legacy.District, "SELECT is_equal FROM validation.school_count_parity"));
        var orphans = await AuditAsync<(string LegacyId, string Column)>(
            migration, Legacy.District, "SELECT legacy_id, column_name FROM validation.orphan_students");
        Assert.NotEmpty(orphans);
        Assert.All(orphans, o => Assert.Equal("school_id", o.Column));
        Assert.Equal(
            await Target.ScalarAsync<long>(
                "SELECT count(*) FROM school.student AS s WHERE NOT EXISTS (SELECT FROM school.school AS p WHERE p.id = s.school_id) "
                + $"AND tenant_id = '{migration.Tenant(Legacy.District).Id}'"),
            orphans.Count);
    }

    [Fact]
    public async Task The_loss_register_and_rejected_rows_are_counted_by_rule()
    {
        var migration = await MigrateAsync();
        var tenant = migration.Tenant(Legacy.District);
        await Target.ExecuteAsync(
            $$"""
            UPDATE migration.batch_state SET adjusted = '{"updated_at:excessPrecision": 5}' WHERE entity = 'student';
            INSERT INTO migration.rejected_row
              (ledger, manifest, tenant_id, entity, batch_no, legacy_key, column_name, rule, reason, run_id, tried_run_id)
            SELECT l, 'school-district', '{{tenant.Id}}', 'student', 1, n::text, 'LastName', 'nulCharacter', 'x', 'r', 'r'
            FROM generate_series(1, 3) AS n, unnest(ARRAY['full', 'dryRun/x']) AS l
            """);

        Assert.Equal(
            [("student", "updated_at", "excessPrecision", 5L)],
            await AuditAsync<(string, string, string, long)>(
                migration, Legacy.District,
                "SELECT entity, column_name, rule, value_count FROM validation.loss_register WHERE entity = 'student'"));
        Assert.Equal(
            [("student", "LastName", "nulCharacter", 3L)],
            await AuditAsync<(string, string, string, long)>(
                migration, Legacy.District, "SELECT entity, column_name, rule, row_count FROM validation.rejected_rows_by_rule"));
        Assert.Equal(
            [], await AuditAsync<string>(migration, Legacy.OtherDistrict, "SELECT rule FROM validation.rejected_rows_by_rule"));
    }

    [Fact]
    public async Task The_newest_reconciliation_of_each_entity_shows()
    {
        var migration = await MigrateAsync();
        await Target.ExecuteAsync(
            $"""
            INSERT INTO migration.reconciliation
              (reconciliation_id, manifest, mode, ledger, depth, trigger, context, seed, state, is_equal, requested_at, finished_at)
            SELECT 'r' || n, 'school-district', 'Full', 'full', 'Digest', 'timer', '', 0,
                   CASE n WHEN 4 THEN 'failed' ELSE 'completed' END, n = 2, now(), '2026-01-01Z'::timestamptz + n * interval '1 day'
            FROM generate_series(1, 4) AS n;
            INSERT INTO migration.reconciliation_item (reconciliation_id, ordinal, tenant_id, tenant_key, entity, missing, is_equal)
            SELECT 'r' || n, 0, '{migration.Tenant(Legacy.District).Id}', '1', CASE n WHEN 3 THEN 'school' ELSE 'student' END, n, n = 2
            FROM generate_series(1, 4) AS n
            """);

        Assert.Equal(
            [("school", 3L, "r3"), ("student", 2L, "r2")],
            await AuditAsync<(string, long, string)>(
                migration, Legacy.District, "SELECT entity, missing, reconciliation_id FROM validation.reconciliation_parity ORDER BY 1"));
    }

    [Fact]
    public async Task Views_follow_the_manifest_and_are_left_alone_when_nothing_changed()
    {
        var migration = await MigrateAsync();
        var before = await ViewsAsync();
        var oid = await Target.ScalarAsync<uint>("SELECT 'validation.student_count_parity'::regclass::oid");
        await Target.Target.Validation.RefreshAsync(migration.Run, Cancel);
        Assert.Equal(oid, await Target.ScalarAsync<uint>("SELECT 'validation.student_count_parity'::regclass::oid"));

        var less = migration.Run.Manifest with
        {
            Entities = [.. migration.Run.Manifest.Entities.Where(e => e.Name is not ("enrollment" or "assessment_result"))
                .Select(e => e.Name == "student" ? e with { SoftDelete = null } : e)],
        };
        await Task.WhenAll(Enumerable.Range(0, 4).Select(
            _ => Target.Target.Validation.RefreshAsync(migration.Run with { Manifest = less }, Cancel)));

        Assert.Equal(
            ["assessment_result_count_parity", "enrollment_count_parity", "orphan_assessment_results", "orphan_enrollments"],
            before.Except(await ViewsAsync()));
        Assert.NotEqual(oid, await Target.ScalarAsync<uint>("SELECT 'validation.student_count_parity'::regclass::oid"));
    }

    [Fact]
    public async Task Two_manifests_in_one_database_have_views_of_their_own()
    {
        var migration = await MigrateAsync();
        var views = await ViewsAsync();
        await Target.ExecuteAsync("CREATE TABLE validation.notes (x int)");

        await Target.Target.Validation.RefreshAsync(
            migration.Run with { Manifest = migration.Run.Manifest with { Name = "second-one" } }, Cancel);

        var added = (await ViewsAsync()).Except(views).ToList();
        Assert.Contains("second_one_student_count_parity", added);
        Assert.Contains("second_one_orphan_enrollments", added);
        Assert.Equal(views.Count - 3, added.Count);
        Assert.Equal(
            [true], await AuditAsync<bool>(migration, Legacy.District, "SELECT is_equal FROM validation.student_count_parity"));
    }

    [Fact]
    public async Task A_rehearsal_shows_its_own_ledger_and_the_writer_alone_is_enough()
    {
        await using var writer = Target.Connect(hasDirect: false);
        var migration = await MigrateAsync();

        await new ValidationSchema(writer).RefreshAsync(migration.Run with { Mode = RunMode.Rehearsal }, Cancel);

        Assert.Equal(
            [], await AuditAsync<bool>(migration, Legacy.District, "SELECT is_equal FROM validation.student_count_parity"));
    }

    [Theory]
    [InlineData("enrollment", "enrollments")]
    [InlineData("assessment_result", "assessment_results")]
    [InlineData("grade_history", "grade_histories")]
    [InlineData("holiday", "holidays")]
    [InlineData("class", "classes")]
    [InlineData("address", "addresses")]
    [InlineData("branch", "branches")]
    [InlineData("index", "indexes")]
    [InlineData("y", "ys")]
    public void Views_of_many_rows_have_names_in_the_plural(string entity, string plural) =>
        Assert.Equal(plural, Plural.Of(entity));

    [Fact]
    public void No_name_is_longer_than_PostgreSQL_keeps_and_no_two_become_one()
    {
        string[] entities = [new('a', 63), new string('a', 62) + "b", new('a', 50), new('a', 51), "x"];
        var names = entities.SelectMany(
            e => new[] { ValidationView.Fit(e, "_count_parity"), ValidationView.Fit("orphan_", Plural.Of(e)) }).ToList();

        Assert.All(names, name => Assert.InRange(name.Length, 1, 63));
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Equal("x_count_parity", names[^2]);
    }

    async Task<Migration> MigrateAsync()
    {
        var migration = new Migration(Target, Legacy.With(students: 8).Source);
        foreach (var tenant in new[] { Legacy.District, Legacy.OtherDistrict })
            foreach (var entity in new[] { "school", "student" })
                await migration.MoveAsync(entity, tenant);
        await Target.ExecuteAsync(
            $"""
            INSERT INTO migration.run (run_id, manifest, mode, ledger, context, state, requested_at)
            VALUES ('names', 'school-district', 'Full', 'full', '', 'completed', now());
            INSERT INTO migration.run_tenant (run_id, ordinal, tenant_id, tenant_key)
            VALUES ('names', 1, '{migration.Tenant(Legacy.District).Id}', '1')
            """);
        await Target.Target.Validation.RefreshAsync(migration.Run, Cancel);
        return migration;
    }

    Task<List<string>> ViewsAsync() => Target.QueryAsync<string>(
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'validation'::regnamespace AND relkind = 'v' ORDER BY 1");

    async Task<List<T>> AuditAsync<T>(Migration migration, string? tenant, string sql)
    {
        await using var connection = await Target.OpenAdminAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await connection.ExecuteAsync("SET LOCAL ROLE migration_auditor");
        if (tenant is not null)
            await connection.ExecuteAsync(
                "SELECT set_config('app.tenant_id', @id, true)", new { id = migration.Tenant(tenant).Id.ToString() });
        return (await connection.QueryAsync<T>(sql)).ToList();
    }
}
