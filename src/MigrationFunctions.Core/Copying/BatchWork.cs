using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Copying;

/// <summary>One batch to copy, with all that is known before its first row.</summary>
public sealed record BatchWork(RunContext Run, Tenant Tenant, PlannedEntity Entity, int Number)
{
    /// <summary>Rows are digested on their way; off only to measure what that costs.</summary>
    public bool WithDigest { get; init; } = true;

    /// <summary>Index of the first write path to try: those before it have refused the batch's rows.</summary>
    public int FirstPath { get; init; }

    public EntityLayout Layout => Entity.Layout;

    public Slice Slice => Run.Slice(Tenant.Id, Tenant.Key, Layout.Entity.Name);

    public SourceSlice SourceSlice => Entity.SliceOf(Tenant.Key);
}
