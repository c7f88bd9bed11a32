using System.Data;
using Microsoft.Extensions.Time.Testing;
using Migrate.Tests.Running;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Starting;
using Moq;

namespace Migrate.Tests.Planning;

/// <summary>Each finding is provoked alone, in databases that are right otherwise.</summary>
public sealed class PreflightTests
{
    static readonly DateTimeOffset Now = new(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);

    static readonly SourceTable Districts = new(
        "dbo.District", [new("DistrictID", SqlDbType.Int, 0, 10, 0, false)], [new("PK", true, true, ["DistrictID"])]);

    static readonly SourceTable Students = new(
        "dbo.Student",
        [
            new("DistrictID", SqlDbType.Int, 0, 10, 0, false), new("StudentID", SqlDbType.Int, 0, 10, 0, false),
            new("Name", SqlDbType.NVarChar, 40, 0, 0, false, Collation: "Latin1_General_CI_AS"),
            new("Left", SqlDbType.NVarChar, 10, 0, 0, true, Collation: "Latin1_General_CI_AS"),
        ],
        [new("PK", true, true, ["DistrictID", "StudentID"])]);

    static readonly TargetTable Target = new(
        "school.student",
        [
            Column("tenant_id", "uuid"), Column("id", "uuid"), Column("legacy_id", "int4"), Column("name", "varchar"),
        ],
        ["tenant_id", "id"], [], HasRowSecurity: true, ForcesRowSecurity: true);

    static readonly Manifest Manifest = new()
    {
        Name = "students",
        Tenants = new TenantSource { Table = "dbo.District", Key = "DistrictID" },
        Entities =
        [
            new EntityManifest
            {
                Name = "student",
                Source = new EntitySource { Table = "dbo.Student", Tenant = "DistrictID", Key = ["StudentID"], Ignore = ["Left"] },
                Target = new EntityTarget { Table = "school.student" },
                Columns = [new ColumnManifest { Source = "Name", Target = "name" }],
            },
        ],
    };

    [Fact]
    public async Task Databases_that_are_right_give_no_finding() => Assert.Empty(await new Databases().CheckAsync());

    public static TheoryData<string, ProblemSeverity, Action<Databases>> Faults => new()
    {
        { ErrorCodes.SourceTableMissing, ProblemSeverity.Error, d => d.Students = null },
        { ErrorCodes.SourceVersionUnsupported, ProblemSeverity.Error, d => d.Source = d.Source with { ProductVersion = "10.50.6000.34" } },
        { ErrorCodes.SourceClockSkew, ProblemSeverity.Warning, d => d.Source = d.Source with { UtcNow = Now.UtcDateTime.AddMinutes(3) } },
        { ErrorCodes.SourceReadOnly, ProblemSeverity.Warning, d => d.Source = d.Source with { IsReadOnly = true } },
        { ErrorCodes.SourceSnapshotNotAllowed, ProblemSeverity.Error, d => d.Options = d.Options with { Isolation = SourceIsolation.Snapshot } },
        { ErrorCodes.SourceKeyNotUnique, ProblemSeverity.Warning, d => d.Students = Students with { Indexes = [Students.Indexes[0] with { IsUnique = false }] } },
        { ErrorCodes.SourceIndexMissing, ProblemSeverity.Warning, d => d.Students = Students with { Indexes = [new("U", true, false, ["StudentID"])] } },
        { ErrorCodes.SoftDeleteType, ProblemSeverity.Error, d => d.Entity = d.Entity with { SoftDelete = "Name" } },
        { ErrorCodes.TargetTableMissing, ProblemSeverity.Error, d => d.Table = null },
        { ErrorCodes.TargetVersionUnsupported, ProblemSeverity.Error, d => d.Server = d.Server with { Version = new Version(13, 4) } },
        { ErrorCodes.TargetEncodingUnsupported, ProblemSeverity.Error, d => d.Server = d.Server with { Encoding = "LATIN1" } },
        { ErrorCodes.TargetClockSkew, ProblemSeverity.Warning, d => d.Server = d.Server with { UtcNow = Now.UtcDateTime.AddMinutes(-3) } },
        { ErrorCodes.TargetKeyUnsuitable, ProblemSeverity.Error, d => d.Table = Target with { PrimaryKey = ["legacy_id"] } },
        { ErrorCodes.TargetRowSecurityMissing, ProblemSeverity.Error, d => d.Table = Target with { ForcesRowSecurity = false } },
        { ErrorCodes.TargetRowSecurityMissing, ProblemSeverity.Warning, d => (d.Table, d.Mode) = (Target with { HasRowSecurity = false }, RunMode.DryRun) },
        {
            ErrorCodes.TargetRowSecurityMissing, ProblemSeverity.Warning,
            d => (d.Table, d.Options) = (Target with { HasRowSecurity = false }, d.Options with { RowSecurity = RowSecurity.Optional })
        },
        { ErrorCodes.TargetTableShared, ProblemSeverity.Warning, d => d.Others = [new OtherManifest("school.student", "others")] },
        { ErrorCodes.TargetBehindPooler, ProblemSeverity.Error, d => d.Pooler = new Problem(ErrorCodes.TargetBehindPooler, "host", "What.", "Do.") },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public async Task A_fault_gives_its_finding_and_no_other(string code, ProblemSeverity severity, Action<Databases> spoil)
    {
        var databases = new Databases();
        spoil(databases);

        var finding = Assert.Single(await databases.CheckAsync());

        Assert.Equal((code, severity), (finding.Code, finding.Severity));
        Assert.NotEmpty(finding.Remedy);
    }

    [Fact]
    public async Task The_remedy_for_a_view_asks_for_no_index_on_it()
    {
        var finding = Assert.Single(await new Databases { Students = Students with { Indexes = [new("U", true, false, ["StudentID"])], IsView = true } }
            .CheckAsync());

        Assert.Contains("tables behind the view", finding.Remedy, StringComparison.Ordinal);
    }

    static TargetColumn Column(string name, string type) => new(name, type, 0, 0, -1, true, false, false);

    /// <summary>What preflight sees.</summary>
    public sealed class Databases
    {
        public SourceFacts Source { get; set; } = new("16.0.1000.6", "Legacy", "reader", Now.UtcDateTime, false, "Latin1_General_CI_AS");

        public TargetFacts Server { get; set; } = new(new Version(15, 4), "schools", "writer", true, Now.UtcDateTime, "UTF8");

        public SourceTable? Students { get; set; } = PreflightTests.Students;

        public TargetTable? Table { get; set; } = PreflightTests.Target;

        public MigrationOptions Options { get; set; } = Manifest.Options;

        public EntityManifest Entity { get; set; } = Manifest.Entities[0];

        public RunMode Mode { get; set; } = RunMode.Full;

        public IReadOnlyList<OtherManifest> Others { get; set; } = [];

        public Problem? Pooler { get; set; }

        public Task<IReadOnlyList<Problem>> CheckAsync()
        {
            var source = new Mock<ISourceDatabase>();
            source.Setup(s => s.For(It.IsAny<RunContext>())).Returns(source.Object);
            source.Setup(s => s.GetFactsAsync(default)).ReturnsAsync(Source);
            source.Setup(s => s.FindTableAsync("dbo.District", default)).ReturnsAsync(Districts);
            source.Setup(s => s.FindTableAsync("dbo.Student", default)).ReturnsAsync(Students);
            source.Setup(s => s.CanReadAsync(It.IsAny<string>(), default)).ReturnsAsync(true);
            source.Setup(s => s.FindMaskedColumnsAsync(It.IsAny<string>(), default)).ReturnsAsync([]);
            source.Setup(s => s.FindExcessivePrivilegesAsync(It.IsAny<IReadOnlyList<string>>(), default)).ReturnsAsync([]);
            source.Setup(s => s.DescribeAsync(It.IsAny<string>(), default)).ReturnsAsync([
                .. (Students?.Columns ?? []).Select(c => new DescribedColumn(
                    c.Name, c.Type.ToString().ToLowerInvariant(), c.Length, c.Precision, c.Scale, c.IsNullable))]);
            var database = new Mock<ITargetDatabase>();
            database.Setup(t => t.GetFactsAsync(default)).ReturnsAsync(Server);
            database.Setup(t => t.FindPoolerAsync(default)).ReturnsAsync(Pooler);
            database.Setup(t => t.FindTableAsync("school.student", default)).ReturnsAsync(Table);
            database.Setup(t => t.FindMissingPrivilegesAsync(It.IsAny<string>(), default)).ReturnsAsync([]);
            database.Setup(t => t.FindExcessivePrivilegesAsync(It.IsAny<IReadOnlyList<string>>(), default)).ReturnsAsync([]);
            database.Setup(t => t.FindObstaclesAsync(It.IsAny<EntityTarget>(), It.IsAny<IReadOnlyList<Tenant>>(), default)).ReturnsAsync([]);
            var tables = new Mock<ITargetTables>();
            tables.Setup(t => t.FindNotOwnedAsync(It.IsAny<IReadOnlyList<string>>(), default)).ReturnsAsync([]);
            tables.Setup(t => t.FindOtherManifestsAsync(
                It.IsAny<string>(), It.IsAny<string>(), It.IsAny<IReadOnlyList<string>>(), default)).ReturnsAsync(Others);
            var runs = new Mock<IRunStore>();
            runs.Setup(r => r.GetTenantsAsync("run", 0, int.MaxValue, default)).ReturnsAsync([new Tenant("7", Guid.Empty, null)]);
            var run = new RunContext("run", Manifest with { Entities = [Entity] }, Mode, Options, null, null);
            return new Preflight(source.Object, new FakeTimeProvider(Now)).CheckAsync(
                run, SilentTarget.Create() with { Database = database.Object, Tables = tables.Object, Runs = runs.Object }, default);
        }
    }
}
