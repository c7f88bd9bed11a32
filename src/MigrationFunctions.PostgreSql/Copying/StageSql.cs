using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Encoders;
using MigrationFunctions.Core.Model;
using MigrationFunctions.PostgreSql.Connections;

namespace MigrationFunctions.PostgreSql.Copying;

/// <summary>The statements of the staged path for one batch. All that they make is temporary and ends with the
/// transaction.</summary>
sealed class StageSql(BatchWork work, string table)
{
    public const string Stage = "pg_temp.migration_stage";
    const string Refused = "pg_temp.migration_refused";
    // No column of a manifest can be called so.
    const string RowNumber = "\"migration:row_no\"";
    const string Merging = "pg_temp.migration_merge";
    const string Own = "pg_temp.migration_own";

    readonly string _columns = Identifier.List(work.Layout.CopyColumns);
    readonly string _staged = string.Join(", ", work.Layout.CopyColumns.Select(c => $"s.{Identifier.Quote(c)}"));

    /// <summary>The stage takes every tuple: base types without limits, no domains, xml unparsed. What the table itself
    /// refuses then concerns single rows.</summary>
    public string Create =>
        $"""
        CREATE TEMP TABLE migration_stage (
          {string.Join(", ", work.Layout.TargetColumns.Select(c => $"{Identifier.Quote(c.Name)} {StageType(c)}"))},
          {RowNumber} bigint GENERATED ALWAYS AS IDENTITY) ON COMMIT DROP;
        CREATE TEMP TABLE migration_refused (row_no bigint PRIMARY KEY, sql_state text, place text, rule text) ON COMMIT DROP;
        CREATE TEMP TABLE migration_own (id uuid PRIMARY KEY) ON COMMIT DROP
        """;

    /// <summary>INSERT ... ON CONFLICT cannot meet the same key twice in one statement, and the second row must not
    /// silently replace the first.</summary>
    public string LeaveOutRepeatedKeys =>
        $"""
        INSERT INTO {Refused} (row_no, rule)
        SELECT {RowNumber}, '{RejectRules.DuplicateKey}' FROM (
          SELECT {RowNumber}, row_number() OVER (
            PARTITION BY {Id} ORDER BY {RowNumber}) AS nth
          FROM {Stage}) AS numbered
        WHERE nth > 1
        """;

    /// <summary>Ids of staged rows that may be in the table already: those that a replay or a repair has noted, those that the
    /// caller names (<c>@overwrite</c>), and all of a slice that another ledger of this manifest has written: a dry run meets what a
    /// full run moved, a full run what a rehearsal left in the same database.</summary>
    public string FindOwn =>
        $"""
        INSERT INTO {Own}
        SELECT DISTINCT {Id} FROM {Stage} AS s
        WHERE {Id} = ANY(@overwrite) OR EXISTS (
          SELECT FROM migration.written_row AS w
          WHERE w.ledger = @Ledger AND w.manifest = @Manifest AND w.tenant_id = @TenantId AND w.entity = @Entity AND w.id = s.{Id})
          OR EXISTS (
            SELECT FROM migration.batch_state AS b
            WHERE b.ledger <> @Ledger AND b.ledger NOT LIKE 'dryRun/%' AND b.manifest = @Manifest AND b.tenant_id = @TenantId
              AND b.entity = @Entity AND b.state = 'done' AND b.rows_written > 0)
        """;

    /// <summary>Rows whose id stands in the table by somebody else's row. One look-up by the key for each, whatever the planner
    /// believes of a table that was loaded a moment ago.</summary>
    public string LeaveOutForeign =>
        $"""
        INSERT INTO {Refused} (row_no, rule)
        SELECT {RowNumber}, '{RejectRules.ForeignRow}' FROM {Stage} AS s
        WHERE (SELECT true FROM {table} AS t WHERE t.{Tenant} = s.{Tenant} AND t.{Id} = s.{Id} LIMIT 1)
          AND NOT EXISTS (SELECT FROM {Own} AS o WHERE o.id = s.{Id})
          AND NOT EXISTS (SELECT FROM {Refused} AS r WHERE r.row_no = s.{RowNumber})
        """;

    public const string CountStaged = $"SELECT count(*) FROM {Stage}";

    /// <summary>Inserts all; of a range that is refused each half by itself, down to single rows. Returns the rows
    /// written. Only values and constraints are taken for a row's fault; every other error ends the batch.</summary>
    public string Merge(long staged) =>
        $"""
        CREATE OR REPLACE FUNCTION {Merging}(first bigint, last bigint) RETURNS bigint LANGUAGE plpgsql AS $merge$
        #variable_conflict use_column
        DECLARE
          written bigint;
          state text;
          refusing_column text;
          refusing_constraint text;
        BEGIN
          BEGIN
            {Insert}
            GET DIAGNOSTICS written = ROW_COUNT;
            RETURN written;
          EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS
              state = RETURNED_SQLSTATE, refusing_column = COLUMN_NAME, refusing_constraint = CONSTRAINT_NAME;
            IF state !~ '{PostgresErrors.RefusedRowPattern}' THEN
              RAISE;
            END IF;
          END;
          IF first = last THEN
            INSERT INTO {Refused} (row_no, sql_state, place)
            VALUES (first, state, coalesce(nullif(refusing_column, ''), refusing_constraint));
            RETURN 0;
          END IF;
          IF first = 1 THEN
            CREATE INDEX IF NOT EXISTS migration_stage_row ON {Stage} ({RowNumber});
          END IF;
          RETURN {Merging}(first, (first + last) / 2) + {Merging}((first + last) / 2 + 1, last);
        END
        $merge$;
        SELECT {Merging}(1, {staged})
        """;

    public const string Refusals =
        $"SELECT sql_state AS SqlState, coalesce(place, '') AS Place, rule AS Rule FROM {Refused} ORDER BY row_no";

    /// <summary>The refused rows as they were sent, in the order of <see cref="Refusals"/>.</summary>
    public string CopyRefused =>
        $"""
        COPY (SELECT {_staged} FROM {Stage} AS s JOIN {Refused} AS r ON r.row_no = s.{RowNumber} ORDER BY r.row_no)
        TO STDOUT (FORMAT BINARY)
        """;

    string Insert
    {
        get
        {
            var target = work.Layout.Entity.Target;
            var updates = work.Layout.CopyColumns.Where(c => c != target.Id && c != target.Tenant)
                .Select(c => $"{Identifier.Quote(c)} = EXCLUDED.{Identifier.Quote(c)}");
            return $"""
                INSERT INTO {table} AS present ({_columns})
                SELECT {string.Join(", ", work.Layout.TargetColumns.Select(StagedValue))} FROM {Stage} AS s
                WHERE s.{RowNumber} BETWEEN $1 AND $2
                  AND NOT EXISTS (SELECT FROM {Refused} AS r WHERE r.row_no = s.{RowNumber})
                ON CONFLICT ({Identifier.List(work.Entity.TargetTable.PrimaryKey)})
                DO UPDATE SET {string.Join(", ", updates)}
                WHERE EXISTS (SELECT FROM {Own} AS o WHERE o.id = present.{Id});
                """;
        }
    }

    string Id => Identifier.Quote(work.Layout.Entity.Target.Id);

    string Tenant => Identifier.Quote(work.Layout.Entity.Target.Tenant);

    static string StageType(TargetColumn column) =>
        column.Type is "xml" or "citext" ? "text" : $"pg_catalog.{Identifier.Quote(column.Type)}";

    static string StagedValue(TargetColumn column) =>
        $"s.{Identifier.Quote(column.Name)}{(column.Type == "xml" ? "::xml" : "")}";
}
