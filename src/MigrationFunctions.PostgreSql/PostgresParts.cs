using MigrationFunctions.Core.Targets;
using MigrationFunctions.PostgreSql.Auditing;
using MigrationFunctions.PostgreSql.Connections;
using MigrationFunctions.PostgreSql.Copying;
using MigrationFunctions.PostgreSql.Ledger;
using MigrationFunctions.PostgreSql.Limits;
using MigrationFunctions.PostgreSql.Mapping;
using MigrationFunctions.PostgreSql.Reconciling;
using MigrationFunctions.PostgreSql.Reporting;
using MigrationFunctions.PostgreSql.Scripts;
using MigrationFunctions.PostgreSql.Validation;

namespace MigrationFunctions.PostgreSql;

/// <summary>Everything that a PostgreSQL is to a migration, over one set of connections.</summary>
public static class PostgresParts
{
    public static Target Over(PostgresConnections connections, TimeProvider clock) => new()
    {
        Database = new PostgresTarget(connections),
        Tables = new TargetTables(connections),
        Validation = new ValidationSchema(connections),
        Ledger = new PostgresLedger(connections),
        Runs = new PostgresRunStore(connections, new MigrationSchema(connections)),
        Monitor = new PostgresRunMonitor(connections),
        LegacyIds = new LegacyIdMapping(connections),
        Limits = new PostgresRunLimits(connections, clock),
        Counts = new TargetCounts(connections),
        Rows = new TargetRows(connections),
        Checks = new TargetChecks(connections),
        Reconciliations = new PostgresReconciliationStore(connections),
        ReconciliationWork = new PostgresReconciliationWork(connections),
        Repairs = new PostgresRepairStore(connections),
        Repair = new TargetRepair(connections),
        Rejections = new OpenRejections(connections),
        Audit = new AuditLog(connections),
        Reports = new PostgresReportSource(connections),
    };
}
