namespace Scenarios.Tests.Harness;

/// <summary>When batches wrote, as the server saw it: from a transaction's first statement on a target table to its record
/// in the ledger. Both stamps lie within the time in which the batch holds its slots.</summary>
static class WorkLog
{
    /// <summary>Logs, and makes each batch last long enough to meet another one.</summary>
    public static string Script { get; } =
        """
        CREATE TABLE applied.work (xid bigint PRIMARY KEY, began timestamptz NOT NULL, ended timestamptz);
        CREATE FUNCTION applied.begin_work() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
        BEGIN
          INSERT INTO applied.work VALUES (txid_current(), clock_timestamp()) ON CONFLICT DO NOTHING;
          PERFORM pg_sleep(0.03);
          RETURN NULL;
        END
        $body$;
        CREATE FUNCTION applied.end_work() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
        BEGIN
          UPDATE applied.work SET ended = clock_timestamp() WHERE xid = txid_current();
          RETURN NULL;
        END
        $body$;
        CREATE TRIGGER end_work AFTER UPDATE ON migration.batch_state
          FOR EACH STATEMENT EXECUTE FUNCTION applied.end_work();

        """
        + string.Concat(AppliedLog.Tables.Select(table =>
            $"""
            CREATE TRIGGER begin_work BEFORE INSERT ON school.{table}
              FOR EACH STATEMENT EXECUTE FUNCTION applied.begin_work();

            """));

    /// <summary>The most batches that wrote at the same time.</summary>
    /// <param name="since">SQL of the moment from which on batches count.</param>
    public static Task<long> MostAtOnceAsync(TargetDatabase target, string since = "'-infinity'") =>
        target.QueryAsync<long>(
            $"""
            SELECT coalesce(max(n), 0) FROM (
              SELECT count(*) AS n FROM applied.work AS a JOIN applied.work AS b ON b.began <= a.began AND a.began < b.ended
              WHERE a.began > {since} AND b.began > {since} GROUP BY a.xid) AS met
            """);
}
