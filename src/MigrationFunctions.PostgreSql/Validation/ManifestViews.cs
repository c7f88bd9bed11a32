using MigrationFunctions.Core.Manifests;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Reconciling;

namespace MigrationFunctions.PostgreSql.Validation;

/// <summary>The views of schema <c>validation</c> as a manifest and a run's ledger want them. All show the tenant of
/// <c>app.tenant_id</c> and fail without one. Those that look into a target table show that of the table's own setting.</summary>
static class ManifestViews
{
    const string Tenant = "current_setting('app.tenant_id')::uuid";

    public static IReadOnlyList<ValidationView> Of(RunContext run) =>
    [
        .. run.Manifest.Entities.Select(e => CountParity(run, e)),
        .. run.Manifest.Entities.Where(e => e.Columns.Any(c => c.Reference is not null)).Select(e => Orphans(run.Manifest, e)),
        LossRegister, RejectedRowsByRule, ReconciliationParity,
    ];

    // The ledger's side and the target's are each one row, so that a slice without rows on either is there, too.
    static ValidationView CountParity(RunContext run, EntityManifest entity) => new(
        run.Manifest.Name, ValidationView.Fit(entity.Name, "_count_parity"),
        $"""
        SELECT s.tenant_id,
               (SELECT t.tenant_key FROM migration.run_tenant AS t WHERE t.tenant_id = s.tenant_id LIMIT 1) AS tenant,
               s.source_rows, l.migrated, l.rejected, l.filtered, t.target_rows, t.target_deleted,
               coalesce(s.source_rows = t.target_rows + l.rejected + l.filtered, false) AS is_equal
        FROM migration.entity_state AS s
        CROSS JOIN LATERAL (
          SELECT coalesce(sum(b.rows_written), 0)::bigint AS written, coalesce(sum(b.rows_filtered), 0)::bigint AS filtered
          FROM migration.batch_state AS b
          WHERE b.ledger = s.ledger AND b.manifest = s.manifest AND b.tenant_id = s.tenant_id AND b.entity = s.entity
            AND b.state = 'done') AS b
        CROSS JOIN LATERAL (
          SELECT count(*) FILTER (WHERE r.closed_as IS NULL) AS open,
                 count(*) FILTER (WHERE r.closed_as = 'written' AND r.batch_no > 0) AS healed
          FROM migration.rejected_row AS r
          WHERE r.ledger = s.ledger AND r.manifest = s.manifest AND r.tenant_id = s.tenant_id AND r.entity = s.entity) AS r
        CROSS JOIN LATERAL (
          SELECT coalesce(s.target_rows, b.written + r.healed) AS migrated, r.open AS rejected, b.filtered + s.filtered_correction AS filtered) AS l
        CROSS JOIN LATERAL (
          SELECT count(*) AS target_rows, {SoftDelete.Count(entity)} AS target_deleted
          FROM {Identifier.QuoteTable(entity.Target.Table)} AS r WHERE r.{Identifier.Quote(entity.Target.Tenant)} = s.tenant_id) AS t
        WHERE s.ledger = {Literal(run.Ledger)} AND s.manifest = {Literal(run.Manifest.Name)}
          AND s.entity = {Literal(entity.Name)} AND s.tenant_id = {TenantOf(entity)}
        """);

    static ValidationView Orphans(Manifest manifest, EntityManifest entity) => new(
        manifest.Name, ValidationView.Fit("orphan_", Plural.Of(entity.Name)),
        string.Join(
            "\nUNION ALL\n", entity.Columns.Where(c => c.Reference is not null).Select(
                c => Orphans(entity, c, manifest.Entities.Single(e => e.Name == c.Reference)))));

    static string Orphans(EntityManifest child, ColumnManifest column, EntityManifest parent)
    {
        var (tenant, reference) = ($"c.{Identifier.Quote(child.Target.Tenant)}", $"c.{Identifier.Quote(column.Target)}");
        return $"""
            SELECT {tenant} AS tenant_id, c.{Identifier.Quote(child.Target.Id)} AS id,
                   c.{Identifier.Quote(child.Target.LegacyId)}::text AS legacy_id, {Literal(column.Target)}::text AS column_name,
                   {reference} AS missing_id
            FROM {Identifier.QuoteTable(child.Target.Table)} AS c
            WHERE {tenant} = {TenantOf(child)} AND {reference} IS NOT NULL AND NOT EXISTS (
              SELECT FROM {Identifier.QuoteTable(parent.Target.Table)} AS p
              WHERE p.{Identifier.Quote(parent.Target.Tenant)} = {tenant} AND p.{Identifier.Quote(parent.Target.Id)} = {reference})
            """;
    }

    static ValidationView LossRegister => new(
        null, "loss_register",
        $"""
        SELECT b.tenant_id, b.tenant_key AS tenant, b.manifest, b.ledger, b.entity,
               regexp_replace(a.name, ':[^:]*$', '') AS column_name, regexp_replace(a.name, '^.*:', '') AS rule,
               sum(a.number::bigint)::bigint AS value_count
        FROM migration.batch_state AS b, jsonb_each_text(b.adjusted) AS a(name, number)
        WHERE b.tenant_id = {Tenant} AND b.ledger NOT LIKE 'dryRun/%'
        GROUP BY b.tenant_id, b.tenant_key, b.manifest, b.ledger, b.entity, a.name
        """);

    static ValidationView RejectedRowsByRule => new(
        null, "rejected_rows_by_rule",
        $"""
        SELECT r.tenant_id,
               (SELECT t.tenant_key FROM migration.run_tenant AS t WHERE t.tenant_id = r.tenant_id LIMIT 1) AS tenant,
               r.manifest, r.ledger, r.entity, r.column_name, r.rule, count(*) AS row_count
        FROM migration.rejected_row AS r
        WHERE r.tenant_id = {Tenant} AND r.ledger NOT LIKE 'dryRun/%' AND r.closed_as IS NULL
        GROUP BY r.tenant_id, r.manifest, r.ledger, r.entity, r.column_name, r.rule
        """);

    static ValidationView ReconciliationParity => new(
        null, "reconciliation_parity",
        $"""
        SELECT DISTINCT ON (c.manifest, c.ledger, i.entity)
               i.tenant_id, i.tenant_key AS tenant, c.manifest, c.ledger, i.entity, c.depth, i.source_rows, i.target_rows,
               i.rejected + i.refused AS rejected, i.filtered, i.missing, i.extra, i.different, i.is_equal,
               c.reconciliation_id, c.finished_at
        FROM migration.reconciliation AS c JOIN migration.reconciliation_item AS i USING (reconciliation_id)
        WHERE c.state = 'completed' AND i.tenant_id = {Tenant}
        ORDER BY c.manifest, c.ledger, i.entity, c.finished_at DESC
        """);

    static string TenantOf(EntityManifest entity) => $"current_setting({Literal(entity.Target.TenantSetting)})::uuid";

    static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
