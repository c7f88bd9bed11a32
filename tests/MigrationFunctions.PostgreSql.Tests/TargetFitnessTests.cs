using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Tests.Support;

namespace MigrationFunctions.PostgreSql.Tests;

/// <summary>What rows would meet in a table is told before the first one is loaded.</summary>
public sealed class TargetFitnessTests(TargetServer server) : TargetTest(server)
{
    const string Table = "school.item";
    const string Own = "tenant_id = current_setting('app.tenant_id')::uuid";
    static readonly Tenant[] Tenants = [.. "1 2 3".Split().Select(key => new Tenant(key, new Guid($"{key}0000000-0000-4000-8000-000000000000"), null))];

    [Theory]
    [InlineData("CREATE POLICY p ON school.item USING (" + Own + ")")]
    [InlineData("CREATE POLICY p ON school.item USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)")]
    [InlineData("CREATE POLICY p ON school.item USING (true) WITH CHECK (true); CREATE POLICY q ON school.item AS RESTRICTIVE USING (" + Own + ")")]
    [InlineData("CREATE POLICY r ON school.item FOR SELECT USING (" + Own + "); CREATE POLICY a ON school.item FOR INSERT WITH CHECK (" + Own + "); "
        + "CREATE POLICY w ON school.item FOR UPDATE USING (" + Own + "); CREATE POLICY d ON school.item FOR DELETE USING (" + Own + ")")]
    [InlineData("CREATE POLICY p ON school.item USING (" + Own + "); CREATE POLICY q ON school.item TO school_owner USING (true)")]
    public async Task Policies_that_keep_tenants_apart_are_no_finding(string policies) =>
        Assert.Empty(await FindAsync(policies));

    [Theory]
    [InlineData("they read something else", "CREATE POLICY p ON school.item USING (tenant_id = current_setting('app.district')::uuid)")]
    [InlineData("refuse SELECT, INSERT, UPDATE, DELETE", "CREATE POLICY p ON school.item USING (tenant_id = nullif(current_setting('app.district', true), '')::uuid)")]
    [InlineData("default tenant", "CREATE POLICY p ON school.item USING (tenant_id = coalesce(nullif(current_setting('app.tenant_id', true), ''), "
        + "'00000000-0000-0000-0000-000000000001')::uuid)")]
    [InlineData("default tenant", "CREATE POLICY p ON school.item USING (coalesce(current_setting('app.tenant_id', true), '') = '' OR " + Own + ")")]
    [InlineData("allow SELECT, INSERT, UPDATE, DELETE of another's rows", "CREATE POLICY p ON school.item USING (current_setting('app.tenant_id') <> '')")]
    [InlineData("allow INSERT, UPDATE of another's rows", "CREATE POLICY p ON school.item USING (" + Own + ") WITH CHECK (true)")]
    [InlineData("No policy allows DELETE", "CREATE POLICY r ON school.item FOR SELECT USING (" + Own + "); CREATE POLICY a ON school.item FOR INSERT WITH CHECK ("
        + Own + "); CREATE POLICY w ON school.item FOR UPDATE USING (" + Own + ")")]
    [InlineData("no policy is for the writing role", "CREATE POLICY p ON school.item TO school_owner USING (" + Own + ")")]
    public async Task Policies_that_do_not_are_an_error(string what, string policies)
    {
        var problem = Assert.Single(await FindAsync(policies));

        Assert.Equal((ErrorCodes.TargetPolicyUnfit, ProblemSeverity.Error), (problem.Code, problem.Severity));
        Assert.Contains(what, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unique_indexes_without_the_tenant_and_triggers_that_fire_are_warnings()
    {
        var problems = await FindAsync(
            $"""
            CREATE POLICY p ON school.item USING ({Own});
            CREATE UNIQUE INDEX item_code ON school.item (code);
            CREATE UNIQUE INDEX item_lower_code ON school.item (lower(code));
            CREATE UNIQUE INDEX item_own_code ON school.item (tenant_id, code);
            CREATE UNIQUE INDEX item_id ON school.item (id);
            CREATE FUNCTION school.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER fires BEFORE INSERT ON school.item FOR EACH ROW EXECUTE FUNCTION school.nothing();
            CREATE TRIGGER rests BEFORE UPDATE ON school.item FOR EACH ROW EXECUTE FUNCTION school.nothing();
            CREATE TRIGGER is_off BEFORE INSERT ON school.item FOR EACH ROW EXECUTE FUNCTION school.nothing();
            ALTER TABLE school.item DISABLE TRIGGER is_off
            """);

        Assert.All(problems, p => Assert.Equal(ProblemSeverity.Warning, p.Severity));
        Assert.Equal(
            ["MIG4022 school.item, item_code", "MIG4022 school.item, item_lower_code", "MIG4023 school.item, fires"],
            problems.Select(p => $"{p.Code} {p.Place}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("PARTITION BY LIST (tenant_id)", "FOR VALUES IN ('10000000-0000-4000-8000-000000000000')", "2 tenants: 2, 3.")]
    [InlineData("PARTITION BY RANGE (tenant_id)", "FOR VALUES FROM (MINVALUE) TO ('30000000-0000-0000-0000-000000000000')", "1 tenants: 3.")]
    [InlineData("PARTITION BY HASH (tenant_id)", "FOR VALUES WITH (MODULUS 1, REMAINDER 0)", null)]
    [InlineData("PARTITION BY LIST (tenant_id)", "DEFAULT", null)]
    [InlineData("PARTITION BY LIST (tenant_id)", null, "3 tenants: 1, 2, 3.")]
    [InlineData("PARTITION BY LIST (id)", null, null)]
    public async Task Tenants_for_whom_there_is_no_partition_are_named(string by, string? partition, string? without)
    {
        var problems = await FindAsync(
            (partition is null ? "" : $"CREATE TABLE school.item_1 PARTITION OF school.item {partition};")
            + $"CREATE POLICY p ON school.item USING ({Own})", by);

        if (without is null)
            Assert.Empty(problems);
        else
            Assert.Equal(
                (ErrorCodes.TargetPartitionMissing, $"No partition takes rows of {without}"),
                problems.Select(p => (p.Code, p.Message)).Single());
    }

    [Fact]
    public async Task Sessions_that_belong_to_one_client_each_are_no_finding() =>
        Assert.Null(await Target.Database.FindPoolerAsync(Cancel));

    async Task<IReadOnlyList<Problem>> FindAsync(string ddl, string partitioning = "")
    {
        await Target.ExecuteAsync(
            $"""
            CREATE TABLE school.item (tenant_id uuid NOT NULL, id uuid NOT NULL, legacy_id bigint NOT NULL, code text,
              PRIMARY KEY (tenant_id, id)) {partitioning};
            ALTER TABLE school.item ENABLE ROW LEVEL SECURITY;
            ALTER TABLE school.item FORCE ROW LEVEL SECURITY;
            GRANT SELECT, INSERT, UPDATE, DELETE ON school.item TO migration_writer, migration_direct;
            {ddl}
            """);
        return await Target.Database.FindObstaclesAsync(new EntityTarget { Table = Table }, Tenants, Cancel);
    }
}
