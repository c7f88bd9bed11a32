using System.Globalization;
using LocalSqlServer.SchoolDatabase;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Starting;

namespace Migrate.Demo;

/// <summary>What a demonstration's rows are.</summary>
public enum DemoScenario
{
    /// <summary>Students and enrollments with all their oddities.</summary>
    School,

    /// <summary>Volume: assessment results, and as many students as had sat the tests.</summary>
    Assessments,
}

/// <summary>What a demonstration moves.</summary>
/// <param name="Rows">Students and enrollments, or assessment results, whichever the scenario is about.</param>
/// <param name="Verify">How closely to compare source and target afterwards; null for not at all.</param>
/// <param name="Corrupt">Rows of the target to damage before that.</param>
/// <param name="Repair">Repair what is found, and compare again.</param>
/// <param name="Reports">Folder for the reports in every form; null for none.</param>
/// <param name="Stay">Keep everything up afterwards, for other commands.</param>
public sealed record DemoOptions(
    DemoScenario Scenario, long Rows, int Seed, int Districts, RunMode Mode, ReconciliationDepth? Verify, int Corrupt,
    bool Repair, DirectoryInfo? Reports, bool Stay, bool AsJson)
{
    const int ResultsForEachOther = 25;
    const int RowsForEachReject = 100;
    const int FewestRejects = 10_000;
    const int MostRejects = 1_000_000;

    public static long DefaultRows(DemoScenario scenario) => scenario == DemoScenario.School ? 20_000 : 5_000_000;

    /// <summary>The legacy data: a student for every 55 assessment results.</summary>
    public SchoolOptions Legacy => Scenario == DemoScenario.School
        ? new SchoolOptions(Seed, Rows, Districts)
        : new SchoolOptions(Seed, Rows / ResultsForEachOther, Districts, Rows);

    /// <summary>The sample's limit of rejected rows is for a database of its own size: here it grows with the
    /// rows.</summary>
    public StartRequest Request => new()
    {
        Manifest = "school-district",
        Mode = Mode,
        Options = new MigrationOptionOverrides
        {
            RejectLimit = (int)Math.Clamp(Rows / RowsForEachReject, FewestRejects, MostRejects),
        },
    };

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Scenario == DemoScenario.School ? "Legacy schools" : "Assessment results")}: {Rows:N0} rows, "
        + $"{Districts} districts, seed {Seed}.");
}
