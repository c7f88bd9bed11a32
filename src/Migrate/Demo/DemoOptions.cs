using MigrationFunctions.Core.Batches;

namespace Migrate.Demo;

/// <summary>What a demonstration moves.</summary>
public sealed record DemoOptions(long Rows, int Seed, int Districts, RunMode Mode, bool AsJson);
