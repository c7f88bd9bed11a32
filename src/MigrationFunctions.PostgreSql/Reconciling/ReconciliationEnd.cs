namespace MigrationFunctions.PostgreSql.Reconciling;

/// <summary>How a reconciliation ends: its verdict, drawn from its slices and checks, and what is missing from it.</summary>
static class ReconciliationEnd
{
    /// <summary>Ends it unless it has ended, deletes what it worked with, and returns verdict and gaps. A difference outweighs what
    /// could not be looked at; what could not be looked at outweighs that nothing differs.</summary>
    public const string Sql =
        """
        DELETE FROM migration.reconciliation_unit WHERE reconciliation_id = @id;
        DELETE FROM migration.reconciliation_bucket WHERE reconciliation_id = @id;
        DELETE FROM migration.reconciliation_candidate WHERE reconciliation_id = @id;
        UPDATE migration.reconciliation_item AS i
        SET is_equal = source_rows = target_rows + rejected + refused + filtered
              AND coalesce(target_deleted <= source_deleted, true)
              AND coalesce(target_rows - target_deleted <= source_rows - source_deleted, true)
        FROM migration.reconciliation AS r
        WHERE i.reconciliation_id = @id AND r.reconciliation_id = @id AND r.depth = 'Counts' AND i.failure IS NULL AND i.is_counted;
        WITH item AS (
          SELECT * FROM migration.reconciliation_item WHERE reconciliation_id = @id),
        made AS (
          SELECT * FROM migration.reconciliation_check WHERE reconciliation_id = @id),
        gap AS (
          SELECT 1 AS kind, 0 AS ordinal, 'The reconciliation did not come to its end: ' || @failure::text AS what
          WHERE @failure::text IS NOT NULL
          UNION ALL
          SELECT 2, 0, 'Nothing was compared: there is no tenant with an entity.' WHERE NOT EXISTS (SELECT FROM item)
          UNION ALL
          SELECT 3, ordinal, entity || ' of tenant ' || tenant_key || ' was not compared' || coalesce(': ' || failure, '.')
          FROM item WHERE is_equal IS NULL
          UNION ALL
          SELECT 4, 0, 'Check ' || check_name || ' of ' || entity || ' could not be made: ' || detail FROM made WHERE found < 0
          UNION ALL
          SELECT 5, 0, 'Check ' || check_name || ' of ' || entity || ': ' || detail FROM made WHERE found > 0 AND check_name = @absent),
        told AS (
          SELECT coalesce(jsonb_agg(what ORDER BY n) FILTER (WHERE n <= 100), '[]')
              || CASE WHEN count(*) > 100 THEN jsonb_build_array((count(*) - 100) || ' more.') ELSE '[]' END AS gaps,
            count(*) AS number
          FROM (SELECT what, row_number() OVER (ORDER BY kind, ordinal, what) AS n FROM gap) AS numbered),
        drawn AS (
          SELECT gaps, (SELECT min(entity || ' of tenant ' || tenant_key || ': ' || failure) FROM item) AS failure,
            CASE WHEN EXISTS (SELECT FROM item WHERE NOT is_equal)
                   OR EXISTS (SELECT FROM made WHERE found > 0 AND check_name <> @absent) THEN 'NotEqual'
                 WHEN number > 0 THEN 'Unknown' ELSE 'Equal' END AS verdict
          FROM told)
        UPDATE migration.reconciliation AS r
        SET failure = coalesce(@failure, d.failure), finished_at = @at, verdict = d.verdict, unknown = d.gaps,
            state = CASE WHEN coalesce(@failure, d.failure) IS NULL THEN 'completed' ELSE 'failed' END,
            is_equal = CASE d.verdict WHEN 'Equal' THEN true WHEN 'NotEqual' THEN false END
        FROM drawn AS d WHERE r.reconciliation_id = @id AND r.state = 'running';
        SELECT coalesce(verdict, 'Unknown'), unknown::text FROM migration.reconciliation WHERE reconciliation_id = @id
        """;
}
