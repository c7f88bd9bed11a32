using LocalSqlServer.SchoolDatabase;
using LocalSqlServer.Storage;

namespace Scenarios.Tests.Harness;

/// <summary>The legacy data of the scenarios.</summary>
static class Schools
{
    static readonly SchoolOptions Options = new(Seed: 7, Rows: 1_500, Districts: 3);
    static readonly Lazy<LegacyDatabase> Generated = new(Create);

    /// <summary>Three districts; with <see cref="Request"/> some thirty batches. Never changed, so all may share
    /// it.</summary>
    public static LegacyDatabase Small => Generated.Value;

    /// <summary>A full run in many batches.</summary>
    public static object Request { get; } =
        new { manifest = "school-district", mode = "full", options = new { batchSize = 100 } };

    /// <summary>The same, one batch after the other.</summary>
    public static object OneByOne { get; } = new
    {
        manifest = "school-district", mode = "full", options = new { batchSize = 100, batchWindow = 1, tenantWindow = 1 },
    };

    /// <summary>The same under row-level security, as the least-privileged role.</summary>
    public static object StagedRequest { get; } =
        new { manifest = "school-district", mode = "full", options = new { batchSize = 100, writePath = "staged" } };

    /// <summary>The same data, to be changed.</summary>
    public static LegacyDatabase Create() => SchoolDatabase.Create(Options);
}
