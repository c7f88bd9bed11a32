using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>What is dropped for a load comes back exactly as it was, whatever happens in between.</summary>
public sealed class TargetTablesTests(TargetServer server) : TargetTest(server)
{
    const string Table = "school.enrollment";
    static readonly EntityTarget School = new() { Table = "school.school" };
    static readonly string[] ForeignKeys = ["enrollment_student", "enrollment_school"];

    [Fact]
    public async Task What_was_dropped_comes_back_exactly_as_it_was()
    {
        await Target.Runs.EnsureSchemaAsync(Cancel);
        var before = await SchemaAsync();

        await Target.Tables.DropSecondaryAsync("run", Table, ForeignKeys, Cancel);

        var meanwhile = await SchemaAsync();
        Assert.Equal(4, before.Except(meanwhile).Count());
        Assert.Empty(meanwhile.Except(before));
        var dropped = await Target.Tables.EndLoadAsync("run", [Table], Cancel);
        Assert.Equal(
            ["enrollment_by_school", "enrollment_by_student", "enrollment_school", "enrollment_student"],
            dropped.Select(d => d.Name));

        foreach (var definition in dropped)
            await Target.Tables.RebuildAsync(definition, Cancel);

        Assert.Equal(before, await SchemaAsync());
        Assert.Empty(await Target.Tables.EndLoadAsync("run", [Table], Cancel));
    }

    [Fact]
    public async Task Every_step_may_be_repeated()
    {
        await Target.Runs.EnsureSchemaAsync(Cancel);
        var before = await SchemaAsync();

        await Target.Tables.DropSecondaryAsync("run", Table, ForeignKeys, Cancel);
        await Target.Tables.DropSecondaryAsync("run", Table, ForeignKeys, Cancel);
        var dropped = await Target.Tables.EndLoadAsync("run", [Table], Cancel);
        await Target.Tables.RebuildAsync(dropped[0], Cancel);
        await Target.Tables.DropSecondaryAsync("next", Table, ForeignKeys, Cancel);
        foreach (var definition in dropped.Concat(dropped))
            await Target.Tables.RebuildAsync(definition, Cancel);

        Assert.Equal(before, await SchemaAsync());
    }

    [Fact]
    public async Task Of_runs_that_load_a_table_at_once_the_last_one_makes_again_what_is_dropped()
    {
        foreach (var run in new[] { "first", "second", "third" })
        {
            await Target.Runs.AddAsync(Run(run), DateTimeOffset.UnixEpoch, Cancel);
            await Target.Tables.BeginLoadAsync(run, [Table], Cancel);
            await Target.Tables.DropSecondaryAsync(run, Table, ForeignKeys, Cancel);
        }

        Assert.Empty(await Target.Tables.EndLoadAsync("first", [Table], Cancel));
        // One that nothing executes any more is waited for until somebody ends it.
        Assert.Empty(await Target.Tables.EndLoadAsync("second", [Table], Cancel));
        await Target.Runs.FinishAsync("third", "terminated", null, DateTimeOffset.UnixEpoch, Cancel);
        Assert.Equal(4, (await Target.Tables.EndLoadAsync("second", [Table], Cancel)).Count);
    }

    [Fact]
    public async Task Of_runs_that_end_at_once_one_makes_again_what_is_dropped()
    {
        string[] runs = [.. Enumerable.Range(0, 6).Select(i => $"run{i}")];
        foreach (var run in runs)
        {
            await Target.Runs.AddAsync(Run(run), DateTimeOffset.UnixEpoch, Cancel);
            await Target.Tables.BeginLoadAsync(run, [Table], Cancel);
        }
        await Target.Tables.DropSecondaryAsync("run0", Table, ForeignKeys, Cancel);

        var told = await Task.WhenAll(runs.Select(run => Target.Tables.EndLoadAsync(run, [Table], Cancel)));

        Assert.Equal(4, Assert.Single(told, t => t.Count > 0).Count);
    }

    static RunContext Run(string id) =>
        new(id, Migration.SchoolDistrict, RunMode.Full, Migration.SchoolDistrict.Options, null, null);

    [Fact]
    public async Task What_cannot_be_made_again_exactly_stays()
    {
        await Target.Runs.EnsureSchemaAsync(Cancel);
        await Target.ExecuteAsync(
            """
            COMMENT ON INDEX school.enrollment_by_school IS 'asked for by the finance office';
            COMMENT ON CONSTRAINT enrollment_school ON school.enrollment IS 'agreed';
            ALTER TABLE school.enrollment CLUSTER ON enrollment_by_student;
            """);

        await Target.Tables.DropSecondaryAsync("run", Table, ForeignKeys, Cancel);

        var dropped = Assert.Single(await Target.Tables.EndLoadAsync("run", [Table], Cancel));
        Assert.Equal(new DroppedDefinition(Table, "foreignKey", "enrollment_student"), dropped);
    }

    [Fact]
    public async Task Foreign_keys_that_the_load_does_not_check_stay()
    {
        await Target.Runs.EnsureSchemaAsync(Cancel);

        await Target.Tables.DropSecondaryAsync("run", Table, ["enrollment_school"], Cancel);

        Assert.DoesNotContain(
            await Target.Tables.EndLoadAsync("run", [Table], Cancel), d => d.Name == "enrollment_student");
    }

    [Fact]
    public async Task Rows_that_violate_a_foreign_key_are_reported_and_new_ones_are_refused_until_it_holds()
    {
        await Target.Runs.EnsureSchemaAsync(Cancel);
        var before = await SchemaAsync();
        await Target.Tables.DropSecondaryAsync("run", "school.student", ["student_school"], Cancel);
        await Target.ExecuteAsync(Student(1));
        var key = (await Target.Tables.EndLoadAsync("run", ["school.student"], Cancel)).Single(d => d.Kind == "foreignKey");

        var failure = await Assert.ThrowsAsync<MigrationException>(() => Target.Tables.RebuildAsync(key, Cancel));

        Assert.Equal(ErrorCodes.TargetForeignKeyViolated, failure.Problem.Code);
        Assert.Contains(key, await Target.Tables.EndLoadAsync("run", ["school.student"], Cancel));
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => Target.ExecuteAsync(Student(2)));

        await Target.ExecuteAsync("DELETE FROM school.student");
        foreach (var definition in await Target.Tables.EndLoadAsync("run", ["school.student"], Cancel))
            await Target.Tables.RebuildAsync(definition, Cancel);
        Assert.Equal(before, await SchemaAsync());
    }

    [Fact]
    public async Task Statistics_are_gathered_and_sequences_move_up_only()
    {
        await Target.Runs.EnsureSchemaAsync(Cancel);
        await Target.ExecuteAsync(
            """
            CREATE SEQUENCE school.school_legacy_id;
            ALTER SEQUENCE school.school_legacy_id OWNER TO school_owner;
            ALTER SEQUENCE school.school_legacy_id OWNED BY school.school.legacy_id;
            INSERT INTO school.school (tenant_id, id, legacy_id, code, name, is_active)
            SELECT gen_random_uuid(), gen_random_uuid(), n, n, n, true FROM generate_series(1, 700) AS n;
            """);

        await Target.Tables.FinishAsync(School, ["legacy_id", "code"], [Guid.NewGuid()], Cancel);

        Assert.Equal(701, await Target.ScalarAsync<long>("SELECT nextval('school.school_legacy_id')"));
        Assert.Equal(700, await Target.ScalarAsync<long>(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = 'school.school'::regclass"));

        await Target.ExecuteAsync("SELECT setval('school.school_legacy_id', 5000)");
        await Target.Tables.FinishAsync(School, ["legacy_id"], [Guid.NewGuid()], Cancel);
        Assert.Equal(5001, await Target.ScalarAsync<long>("SELECT nextval('school.school_legacy_id')"));
    }

    [Fact]
    public async Task Tables_of_somebody_else_are_named_and_left_alone()
    {
        await Target.Runs.EnsureSchemaAsync(Cancel);
        await Target.ExecuteAsync("ALTER TABLE school.enrollment OWNER TO CURRENT_USER");

        Assert.Equal([Table], await Target.Tables.FindNotOwnedAsync(["school.student", Table], Cancel));
        var refused = await Assert.ThrowsAsync<MigrationException>(
            () => Target.Tables.DropSecondaryAsync("run", Table, ForeignKeys, Cancel));
        Assert.Equal(ErrorCodes.TargetOwnershipMissing, refused.Problem.Code);
        await Target.Tables.FinishAsync(new EntityTarget { Table = Table }, [], [], Cancel);
        Assert.Equal(-1, await Target.ScalarAsync<long>(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = 'school.enrollment'::regclass"));
    }

    static string Student(int number) =>
        $"""
        INSERT INTO school.student (tenant_id, id, legacy_id, state_student_number, first_name, last_name, school_id,
                                    fees_balance, is_deleted, created_at, updated_at, external_id)
        VALUES (gen_random_uuid(), gen_random_uuid(), {number}, 'x', 'x', 'x', gen_random_uuid(), 0, false, now(), now(),
                gen_random_uuid())
        """;

    Task<List<string>> SchemaAsync() => Target.QueryAsync<string>(
        """
        SELECT pg_get_indexdef(indexrelid) || ' ' || indisvalid FROM pg_index
        WHERE indrelid::regclass::text LIKE 'school.%'
        UNION ALL
        SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) || ' ' || convalidated
        FROM pg_constraint WHERE conrelid::regclass::text LIKE 'school.%'
        ORDER BY 1
        """);
}
