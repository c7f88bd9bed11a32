using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Sources;

namespace MigrationFunctions.Core.Starting;

/// <summary>What the identities of a run may do beyond what it needs: warnings, never errors. A database that does not tell
/// is a warning, too.</summary>
static class PrivilegeChecks
{
    public static Task CheckSourceAsync(
        RunContext run, ISourceDatabase source, List<Problem> findings, CancellationToken cancellationToken) =>
        WarnAsync(ErrorCodes.SourcePrivilegeExcessive, findings, () => source.FindExcessivePrivilegesAsync(
            [.. run.SelectedEntities.Select(e => e.Source.Table).Append(run.Manifest.Tenants.Table).Distinct(StringComparer.Ordinal)],
            cancellationToken));

    public static Task CheckTargetAsync(
        RunContext run, ITargetDatabase target, List<Problem> findings, CancellationToken cancellationToken) =>
        WarnAsync(ErrorCodes.TargetPrivilegeExcessive, findings, () => target.FindExcessivePrivilegesAsync(
            [.. run.SelectedEntities.Select(e => e.Target.Table)], cancellationToken));

    /// <summary>Masks would be copied as if they were values, and nothing that compares source and target could tell.</summary>
    /// <param name="entity">With its columns as the table spells them.</param>
    public static async Task CheckMasksAsync(
        EntityManifest entity, ISourceDatabase source, List<Problem> findings, CancellationToken cancellationToken)
    {
        var masked = (await source.FindMaskedColumnsAsync(entity.Source.Table, cancellationToken))
            .Except(entity.Source.Ignore, StringComparer.Ordinal).ToList();
        if (masked.Count > 0)
            findings.Add(new Problem(
                ErrorCodes.SourceColumnsMasked, entity.Source.Table, $"The login sees masks instead of: {string.Join(", ", masked)}.",
                "GRANT UNMASK to the login's user, or list the columns under ignore."));
    }

    static async Task WarnAsync(
        string code, List<Problem> findings, Func<Task<IReadOnlyList<ExcessivePrivilege>>> find)
    {
        try
        {
            findings.AddRange((await find()).Select(
                e => new Problem(code, e.Holder, $"{e.Holder} {e.What}.", e.Remedy, ProblemSeverity.Warning)));
        }
        catch (MigrationException e) when (!e.IsTransient)
        {
            findings.Add(e.Problem with { Severity = ProblemSeverity.Warning });
        }
    }
}
