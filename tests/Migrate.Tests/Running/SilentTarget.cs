using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Copying;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Limits;
using MigrationFunctions.Core.Mapping;
using MigrationFunctions.Core.Reconciling;
using MigrationFunctions.Core.Reconciling.Checks;
using MigrationFunctions.Core.Targets;
using Moq;

namespace Migrate.Tests.Running;

/// <summary>A target that answers nothing; a test puts the parts that it asks in their places.</summary>
static class SilentTarget
{
    public static Target Create() => new()
    {
        Database = Mock.Of<ITargetDatabase>(), Tables = Mock.Of<ITargetTables>(), Validation = Mock.Of<IValidationViews>(),
        Ledger = Mock.Of<IBatchLedger>(), Runs = Mock.Of<IRunStore>(), Monitor = Mock.Of<IRunMonitor>(),
        LegacyIds = Mock.Of<ILegacyIdMapping>(), Limits = Mock.Of<IRunLimits>(), Counts = Mock.Of<ITargetCounts>(),
        Rows = Mock.Of<ITargetRows>(), Checks = Mock.Of<ITargetChecks>(), Reconciliations = Mock.Of<IReconciliationStore>(),
        ReconciliationWork = Mock.Of<IReconciliationWork>(), Repairs = Mock.Of<IRepairStore>(), Repair = Mock.Of<ITargetRepair>(),
        Rejections = Mock.Of<IOpenRejections>(), Audit = Mock.Of<IAuditLog>(), Reports = Mock.Of<IReportSource>(),
    };
}
