using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Model;
using MigrationFunctions.Core.Planning;
using MigrationFunctions.Core.Sources;
using MigrationFunctions.Core.Targets;

namespace MigrationFunctions.Core.Starting;

/// <summary>Asks both databases whether a run can succeed, and reports every finding at once. Changes nothing.</summary>
public sealed class Preflight(ISourceDatabase source, TimeProvider clock)
{
    static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);
    const int OldestSourceMajor = 11;
    const int OldestTargetMajor = 14;

    /// <returns>Errors, which stop the run, and warnings. A server that cannot be reached is a finding, too.</returns>
    public async Task<IReadOnlyList<Problem>> CheckAsync(
        RunContext run, Target target, CancellationToken cancellationToken)
    {
        var findings = new List<Problem>();
        var hasSource = await TryAsync(findings, () => CheckSourceAsync(run, findings, cancellationToken));
        var hasTarget = await TryAsync(findings, () => CheckTargetAsync(run, target.Database, findings, cancellationToken));
        var tenants = hasTarget ? await target.Runs.GetTenantsAsync(run.RunId, 0, int.MaxValue, cancellationToken) : [];
        if (hasSource && TenantZones.AreNeeded(run.SelectedEntities))
            await TryAsync(findings, () => CheckTenantZonesAsync(run, findings, cancellationToken));
        if (hasSource && hasTarget)
            foreach (var entity in run.SelectedEntities)
                await TryAsync(
                    findings, () => CheckEntityAsync(run, entity, target.Database, tenants, findings, cancellationToken));
        if (hasSource)
            await TryAsync(findings, () => PrivilegeChecks.CheckSourceAsync(run, source, findings, cancellationToken));
        if (hasTarget)
            await TryAsync(findings, () => PrivilegeChecks.CheckTargetAsync(run, target.Database, findings, cancellationToken));
        if (hasTarget && run.Mode != RunMode.DryRun)
        {
            await TryAsync(findings, () => CheckOwnershipAsync(run, target.Tables, findings, cancellationToken));
            await TryAsync(findings, () => CheckOtherManifestsAsync(run, target.Tables, findings, cancellationToken));
        }
        return findings;
    }

    async Task CheckSourceAsync(RunContext run, List<Problem> findings, CancellationToken cancellationToken)
    {
        var facts = await source.GetFactsAsync(cancellationToken);
        if (Major(facts.ProductVersion) < OldestSourceMajor)
            findings.Add(new Problem(
                ErrorCodes.SourceVersionUnsupported, facts.Database, $"SQL Server {facts.ProductVersion} is older than 2012.",
                "Restore the database on SQL Server 2012 or later and point Migration:SourceConnection there."));
        if (run.Options.Isolation == SourceIsolation.Snapshot && !facts.AllowsSnapshot)
            findings.Add(new Problem(
                ErrorCodes.SourceSnapshotNotAllowed, "options.isolation", $"Database {facts.Database} does not allow SNAPSHOT.",
                "Run ALTER DATABASE ... SET ALLOW_SNAPSHOT_ISOLATION ON, or use isolation readCommitted."));
        if (facts.IsReadOnly)
            findings.Add(new Problem(
                ErrorCodes.SourceReadOnly, facts.Database, "The database is read-only here: a readable secondary is behind its primary.",
                "Read the primary for the last load before a cutover, unless this is a copy that is meant to stand still.",
                ProblemSeverity.Warning));
        CheckClock(facts.UtcNow, ErrorCodes.SourceClockSkew, facts.Database, findings);
        var tenants = run.Manifest.Tenants;
        var table = await source.FindTableAsync(tenants.Table, cancellationToken);
        if (table is null)
            findings.Add(MissingTable.InSource(tenants.Table));
        else
            findings.AddRange(SourceNames.ProblemsOf(table, tenants));
    }

    async Task CheckTenantZonesAsync(RunContext run, List<Problem> findings, CancellationToken cancellationToken)
    {
        // A column that is missing is a finding already.
        var tenants = run.Manifest.Tenants;
        if (await source.FindTableAsync(tenants.Table, cancellationToken) is not { } table
            || SourceNames.ProblemsOf(table, tenants).Any())
            return;
        var listed = await source.ReadTenantsAsync(run.Manifest, cancellationToken);
        var selected = listed.Where(t => run.Tenants?.Contains(t.Key, StringComparer.Ordinal) ?? true);
        if (TenantZones.Check(selected) is { } unknown)
            findings.Add(unknown);
    }

    async Task CheckTargetAsync(
        RunContext run, ITargetDatabase target, List<Problem> findings, CancellationToken cancellationToken)
    {
        var facts = await target.GetFactsAsync(cancellationToken);
        if (facts.Version.Major < OldestTargetMajor)
            findings.Add(new Problem(
                ErrorCodes.TargetVersionUnsupported, facts.Database, $"PostgreSQL {facts.Version} is older than 14.",
                "Upgrade the target server."));
        if (facts.Encoding != "UTF8")
            findings.Add(new Problem(
                ErrorCodes.TargetEncodingUnsupported, facts.Database, $"The database is encoded in {facts.Encoding}.",
                "Create the database with ENCODING 'UTF8'."));
        if (run.Mode == RunMode.Rehearsal && !IsNamedForRehearsal(facts.Database))
            findings.Add(NotForRehearsal(facts.Database));
        if (run.Options.WritePath == WritePath.Direct && !facts.BypassesRowSecurity)
            findings.Add(new Problem(
                ErrorCodes.TargetDirectPathImpossible, "options.writePath", "The direct role is held by row-level security.",
                "Give the direct connection a role with BYPASSRLS, or use writePath auto or staged."));
        CheckClock(facts.UtcNow, ErrorCodes.TargetClockSkew, facts.Database, findings);
        if (await target.FindPoolerAsync(cancellationToken) is { } pooler)
            findings.Add(pooler);
    }

    async Task CheckEntityAsync(
        RunContext run, EntityManifest entity, ITargetDatabase target, IReadOnlyList<Tenant> tenants, List<Problem> findings,
        CancellationToken cancellationToken)
    {
        var sourceTable = await source.FindTableAsync(entity.Source.Table, cancellationToken);
        var targetTable = await target.FindTableAsync(entity.Target.Table, cancellationToken);
        if (sourceTable is null)
            findings.Add(MissingTable.InSource(entity.Source.Table));
        else
            await CheckSourceTableAsync(run, entity, sourceTable, findings, cancellationToken);
        if (targetTable is null)
            findings.Add(MissingTable.InTarget(entity.Target.Table));
        else
        {
            await CheckTargetTableAsync(run, entity, targetTable, target, findings, cancellationToken);
            findings.AddRange(await target.FindObstaclesAsync(entity.Target, tenants, cancellationToken));
        }
        if (sourceTable is not null && targetTable is not null)
            findings.AddRange(EntityLayout.Create(
                run.Manifest, entity, sourceTable, targetTable,
                await ParentTables.FindAsync(source.For(run), run.Manifest, entity, cancellationToken)).Problems);
    }

    async Task CheckSourceTableAsync(
        RunContext run, EntityManifest entity, SourceTable table, List<Problem> findings, CancellationToken cancellationToken)
    {
        if (!await source.CanReadAsync(table.Name, cancellationToken))
            findings.Add(new Problem(
                ErrorCodes.SourcePrivilegeMissing, table.Name, "The login may not read the table.",
                $"GRANT SELECT ON {table.Name} TO the login's user, as infra/sql/source.sql does."));
        else
            await SourceKeyChecks.CheckAsync(run, entity, table, source.For(run), findings, cancellationToken);
        var named = SourceNames.In(table, entity);
        await PrivilegeChecks.CheckMasksAsync(named, source, findings, cancellationToken);
        var covering = named.Source.Key.Prepend(named.Source.Tenant).Distinct(StringComparer.Ordinal).ToList();
        if (!table.Indexes.Any(i => i.KeyColumns.Take(covering.Count).SequenceEqual(covering, StringComparer.Ordinal)))
            findings.Add(new Problem(
                ErrorCodes.SourceIndexMissing, table.Name, $"No index begins with {string.Join(", ", covering)}: every batch would scan.",
                table.IsView
                    ? $"Index {string.Join(", ", covering)} in the tables behind the view; whether there is one, a view does not tell."
                    : $"Create an index on ({string.Join(", ", covering)}) in the source.",
                ProblemSeverity.Warning));
        if (!table.Indexes.Any(i => i.IsUnique && i.KeyColumns.All(c => covering.Contains(c, StringComparer.Ordinal))))
            findings.Add(new Problem(
                ErrorCodes.SourceKeyNotUnique, table.Name, $"No unique index says that {string.Join(", ", covering)} is unique.",
                "Rows that repeat a key will be rejected (rule duplicateKey); add a unique index to be sure there are none.",
                ProblemSeverity.Warning));
    }

    static async Task CheckTargetTableAsync(
        RunContext run, EntityManifest entity, TargetTable table, ITargetDatabase target, List<Problem> findings,
        CancellationToken cancellationToken)
    {
        var missing = await target.FindMissingPrivilegesAsync(table.Name, cancellationToken);
        if (missing.Count > 0)
            findings.Add(new Problem(
                ErrorCodes.TargetPrivilegeMissing, table.Name, $"Missing: {string.Join(", ", missing)}.",
                "Run infra/sql/target.sql with the table's schema in setup.schemas, or GRANT them yourself."));
        if (!table.HasRowSecurity || !table.ForcesRowSecurity)
            findings.Add(new Problem(
                ErrorCodes.TargetRowSecurityMissing, table.Name, "Row-level security is not enabled and forced.",
                "ALTER TABLE ... ENABLE ROW LEVEL SECURITY and FORCE ROW LEVEL SECURITY, with a policy on the tenant's column; or say "
                + "options.rowSecurity optional in the manifest.",
                run.Mode == RunMode.Full && run.Options.RowSecurity == RowSecurity.Required
                    ? ProblemSeverity.Error : ProblemSeverity.Warning));
        var suitable = table.PrimaryKey.Contains(entity.Target.Id)
            && table.PrimaryKey.All(c => c == entity.Target.Id || c == entity.Target.Tenant);
        if (!suitable)
            findings.Add(new Problem(
                ErrorCodes.TargetKeyUnsuitable, table.Name,
                $"The primary key is ({string.Join(", ", table.PrimaryKey)}).",
                $"Make it ({entity.Target.Tenant}, {entity.Target.Id}) or ({entity.Target.Id})."));
    }

    static async Task CheckOwnershipAsync(
        RunContext run, ITargetTables tables, List<Problem> findings, CancellationToken cancellationToken)
    {
        var notOwned = await tables.FindNotOwnedAsync(
            [.. run.SelectedEntities.Select(e => e.Target.Table)], cancellationToken);
        var isNeeded = run.Options.SecondaryIndexes == SecondaryIndexes.BuildAfterLoad;
        if (notOwned.Count > 0)
            findings.Add(new Problem(
                ErrorCodes.TargetOwnershipMissing, string.Join(", ", notOwned), "No identity of the target owns the table.",
                isNeeded
                    ? "Make the direct or the writing role a member of the owner, or use secondaryIndexes keep."
                    : "Statistics and sequences are not set at the end: run ANALYZE yourself, or make the direct or the "
                      + "writing role a member of the owner.",
                isNeeded ? ProblemSeverity.Error : ProblemSeverity.Warning));
    }

    // Its rows are safe from this run; that it has them may be news to whoever starts it.
    static async Task CheckOtherManifestsAsync(
        RunContext run, ITargetTables tables, List<Problem> findings, CancellationToken cancellationToken) =>
        findings.AddRange((await tables.FindOtherManifestsAsync(
            run.Ledger, run.Manifest.Name, [.. run.SelectedEntities.Select(e => e.Target.Table)], cancellationToken))
            .Select(other => new Problem(
                ErrorCodes.TargetTableShared, other.Table, $"Manifest {Quoted.Text(other.Manifest)} has written rows of this table, too.",
                "Its rows are neither written over nor deleted: a row of this manifest with the same id is rejected (rule foreignRow), "
                + "and a reconciliation counts theirs as too many.", ProblemSeverity.Warning)));

    void CheckClock(DateTime utcNow, string code, string place, List<Problem> findings)
    {
        var skew = clock.GetUtcNow().UtcDateTime - utcNow;
        if (skew.Duration() > ClockTolerance)
            findings.Add(new Problem(
                code, place, $"The server's clock differs from this machine's by {skew.TotalSeconds:F0} s.",
                "Synchronise the clocks, or expect times in reports to disagree.", ProblemSeverity.Warning));
    }

    // What one check cannot ask becomes a finding; the others still speak.
    static async Task<bool> TryAsync(List<Problem> findings, Func<Task> check)
    {
        try
        {
            await check();
            return true;
        }
        catch (MigrationException e)
        {
            findings.Add(e.Problem);
            return false;
        }
    }

    public static bool IsNamedForRehearsal(string database) => database.Contains("rehears", StringComparison.OrdinalIgnoreCase);

    internal static Problem NotForRehearsal(string database) => new(
        ErrorCodes.TargetNotForRehearsal, "Migration:RehearsalConnection", $"Database {database} is not named for rehearsal.",
        "Point the setting at a database whose name contains \"rehearsal\".");

    static int Major(string version) =>
        int.TryParse(version.Split('.')[0], System.Globalization.CultureInfo.InvariantCulture, out var major) ? major : 0;
}
