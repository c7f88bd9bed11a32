using MigrationFunctions.Contracts;

namespace MigrationFunctions.Orchestrators;

/// <summary>Input of an entity's orchestration, carried from turn to turn.</summary>
/// <param name="AfterNumber">All batches up to this one are done, or the pages were gone through once already.</param>
/// <param name="Pass">How often the pages are gone through: once, unless the server lost commits.</param>
/// <param name="Attempts">Failed attempts of what has not succeeded yet: a batch by its number, 0 for the planner, -1 for
/// the completion, -2 for the replay of rejections; null for none.</param>
/// <param name="Replays">Rejections of earlier runs are to be tried again before the first page.</param>
/// <param name="ReplayAfter">Legacy key up to which they have been.</param>
public sealed record EntityState(
    EntityRef Entity, int AfterNumber = 0, int Pass = 1, IReadOnlyDictionary<int, int>? Attempts = null,
    bool Replays = false, string? ReplayAfter = null);
