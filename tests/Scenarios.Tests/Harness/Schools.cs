using LocalSqlServer.SchoolDatabase;
using LocalSqlServer.Storage;

namespace Scenarios.Tests.Harness;

/// <summary>The legacy data of the scenarios. It is never changed, so all share it.</summary>
static class Schools
{
    const int Seed = 7;
    const long Rows = 1_500;
    const int Districts = 3;
    static readonly Lazy<LegacyDatabase> Generated = new(() => SchoolDatabase.Create(new SchoolOptions(Seed, Rows, Districts)));

    /// <summary>Three districts; with <see cref="Request"/> some thirty batches.</summary>
    public static LegacyDatabase Small => Generated.Value;

    /// <summary>A full run in many batches.</summary>
    public static object Request { get; } = new { manifest = "school-district", mode = "full", options = new { batchSize = 100 } };

    /// <summary>The same under row-level security, as the least-privileged role.</summary>
    public static object StagedRequest { get; } =
        new { manifest = "school-district", mode = "full", options = new { batchSize = 100, writePath = "staged" } };
}
