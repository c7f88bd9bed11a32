namespace Scenarios.Tests.Harness;

/// <summary>What the server itself saw being applied: every statement that changed a target table, with its rows and
/// its transaction, logged by trigger within that transaction. It knows nothing of the migration's own
/// ledger.</summary>
static class AppliedLog
{
    public static IReadOnlyList<string> Tables { get; } =
        ["district", "school", "grade_scale", "student", "enrollment", "assessment_result"];

    public static string Script { get; } =
        """
        CREATE SCHEMA applied;
        CREATE TABLE applied.log (
          table_name text NOT NULL, action text NOT NULL, rows bigint NOT NULL, xid bigint NOT NULL);
        CREATE FUNCTION applied.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
        BEGIN
          INSERT INTO applied.log
          SELECT TG_TABLE_NAME, TG_OP, count(*), txid_current() FROM touched HAVING count(*) > 0;
          RETURN NULL;
        END
        $body$;

        """
        + string.Concat(Tables.Select(table =>
            $"""
            CREATE TRIGGER note_insert AFTER INSERT ON school.{table} REFERENCING NEW TABLE AS touched
              FOR EACH STATEMENT EXECUTE FUNCTION applied.note();
            CREATE TRIGGER note_update AFTER UPDATE ON school.{table} REFERENCING NEW TABLE AS touched
              FOR EACH STATEMENT EXECUTE FUNCTION applied.note();
            CREATE TRIGGER note_delete AFTER DELETE ON school.{table} REFERENCING OLD TABLE AS touched
              FOR EACH STATEMENT EXECUTE FUNCTION applied.note();

            """));
}

/// <summary>What was applied to one target table, and what the ledger says of it.</summary>
/// <param name="RowsInserted">Rows that INSERT and COPY put in, over all transactions.</param>
/// <param name="OtherRows">Rows that UPDATE and DELETE touched.</param>
/// <param name="Transactions">Transactions that put rows in.</param>
/// <param name="RowsInTable">Rows in the table now.</param>
/// <param name="WritingBatches">Batches of the ledger that are done with at least one row.</param>
/// <param name="RowsInLedger">Rows that the ledger's batches wrote.</param>
public sealed record Applied(
    string Table, long RowsInserted, long OtherRows, long Transactions, long RowsInTable, long WritingBatches,
    long RowsInLedger);
