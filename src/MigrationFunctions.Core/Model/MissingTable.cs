using MigrationFunctions.Core.Errors;

namespace MigrationFunctions.Core.Model;

/// <summary>A table of the manifest that a database does not have.</summary>
public static class MissingTable
{
    public static Problem InSource(string table) => new(
        ErrorCodes.SourceTableMissing, table, "The source has no such table, or the login may not see it.",
        "Correct the manifest, or grant the login SELECT on the table.");

    public static Problem InTarget(string table) => new(
        ErrorCodes.TargetTableMissing, table, "The target has no such table.",
        "Create the target schema first, or correct the manifest.");
}
