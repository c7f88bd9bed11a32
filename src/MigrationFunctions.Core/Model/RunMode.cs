namespace MigrationFunctions.Core.Model;

/// <summary>What a run does to the target.</summary>
public enum RunMode
{
    /// <summary>Reads, maps and writes inside transactions that always roll back; keeps its own ledger.</summary>
    DryRun,

    /// <summary>Writes for real, into a target that is named for rehearsal only.</summary>
    Rehearsal,

    /// <summary>Writes for real.</summary>
    Full,
}
