using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Reporting;

namespace MigrationFunctions.Core.Tests.Reporting;

/// <summary>A run and a reconciliation of two districts and one entity.</summary>
static class Samples
{
    public static readonly DateTimeOffset At = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    const string Id = "20260301-080000-0a1b2c3d";
    static readonly Guid Tenant = Guid.Parse("6f1c7d0e-5a35-5a0b-9b6c-3f8f2a1d4e77");

    public static RunContext Run { get; } = new(Id, Manifest(), RunMode.Full, new MigrationOptions(), null, null);

    static ReportSignature Signature { get; } = new(
        [
            new AuditLine(1, new AuditEntry(Id, AuditActions.Start, "ada@example.org", At) { Detail = "full" }, new string('a', 64)),
            new AuditLine(2, new AuditEntry(Id, AuditActions.Finished, Actors.System, At.AddMinutes(1))
            {
                Outcome = States.CompletedWithRejects, Counts = new Dictionary<string, long> { ["source"] = 3_010 },
            }, new string('b', 64)),
        ],
        new AuditHead(2, new string('b', 64)), "1.2.3+abc", At.AddMinutes(2));

    /// <param name="name">Name of the first district.</param>
    /// <param name="written">Rows of it that were written; 1,998 for all that was not rejected or filtered.</param>
    public static Report OfRun(string? name = "Springfield", long written = 1_998, string state = States.CompletedWithRejects) =>
        MigrationReport.Of(
            Run,
            new RunProgress(
                new RunSummary(Id, "school", RunMode.Full, state, At, At.AddMinutes(1)), null,
                [new Problem("MIG2017", "dbo.Student", "Something is odd.", "Look at it.", ProblemSeverity.Warning)],
                new Dictionary<string, long> { ["student"] = 4 },
                [
                    new TenantProgress("1", Tenant, name, state, null,
                        [new SliceTotals("student", 2_001, 2, 2, 2_001, written, 2, 1)
                        {
                            Adjusted = new Dictionary<string, long> { ["updated_at:excessPrecision"] = 17 },
                        }])
                    {
                        Work = [new SliceWork("1", "student", 0, Slowest: new SlowestBatch("1", "student", 2, 1_001, 1.5))],
                    },
                    new TenantProgress("2", Guid.NewGuid(), null, state, null,
                        [new SliceTotals("student", 1_009, 1, 1, 1_009, 1_009, 0, 0)
                        {
                            Adjusted = new Dictionary<string, long> { ["updated_at:excessPrecision"] = 3 },
                        }]),
                ]),
            [new RejectCount("student", "FirstName", "nulCharacter", 2)],
            [new ThroughputStep(At.AddSeconds(10), 1, 2_001), new ThroughputStep(At.AddSeconds(11), 1, 1_009)],
            new string('d', 32), Signature);

    /// <summary>What is missing from a verdict that is not equal.</summary>
    public const string NotMade = "Check unlistedTenant of student could not be made: Nobody sees all.";

    public static Report OfReconciliation(bool? isEqual, ReconciliationDepth depth, params RowDifference[] differences) =>
        ReconciliationReport.Of(
            new ReconciliationContext(Run, depth, 100, 7, ReconciliationTriggers.Timer),
            new Reconciliation(
                new ReconciliationSummary(
                    Id, "school", RunMode.Full, depth, ReconciliationTriggers.Timer, States.Completed, isEqual, null, 7, At, At)
                {
                    Verdict = isEqual switch
                    {
                        true => ReconciliationVerdict.Equal, false => ReconciliationVerdict.NotEqual, null => ReconciliationVerdict.Unknown,
                    },
                    Unknown = isEqual == true ? [] : [NotMade],
                },
                [new ReconciledSlice(
                    "1", Tenant, "Springfield", "student", new SideCount(2_001, 40), new SideCount(1_998, 39), 2, 1, 1_998, 0, 0,
                    differences.Length, 0, new string('1', 32), new string('2', 32),
                    new Dictionary<string, long> { ["updated_at:excessPrecision"] = 17 }, isEqual, null)],
                [
                    new ReconciliationCheck("targetOrphans", "student", null, 0, "No orphans."),
                    new ReconciliationCheck(
                        "unlistedTenant", "student", null, isEqual == true ? 0 : ReconciliationCheck.NotMade, "Nobody sees all."),
                ],
                differences),
            Signature);

    public static RowDifference Different(int key) => new(
        "1", "student", $"{key}", Tenant, DifferenceKind.Different, [new ColumnDifference("last_name", "trailing spaces added")]);

    static Manifest Manifest()
    {
        var read = ManifestReader.Read(
        """
        {
          "name": "school", "idNamespace": "0d9a9d1c-0f5b-4c39-9a1a-0a3b8d3a8a11",
          "tenants": { "table": "dbo.District", "key": "DistrictID" },
          "entities": [{
            "name": "student",
            "source": { "table": "dbo.Student", "tenant": "DistrictID", "key": ["StudentID"] },
            "target": { "table": "school.student" },
            "columns": [
              { "source": "FirstName", "target": "first_name" },
              { "source": "UpdatedAt", "target": "updated_at", "excessPrecision": "truncate" }
            ]
          }]
        }
        """, "school.json");
        return read.Manifest ?? throw new InvalidOperationException(string.Join("\n", read.Problems));
    }
}
