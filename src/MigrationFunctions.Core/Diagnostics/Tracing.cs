using System.Diagnostics;
using MigrationFunctions.Core.Model;

namespace MigrationFunctions.Core.Diagnostics;

/// <summary>The migration's own spans. Those of the databases are their drivers', those of functions their
/// host's.</summary>
public static class Tracing
{
    /// <summary>Name of the source.</summary>
    public const string Name = "MigrationFunctions";

    /// <summary>Name of the span of a batch.</summary>
    public const string Batch = "migration.batch";

    static readonly ActivitySource Source = new(Name);

    /// <summary>Where the current span stands, as a traceparent (W3C Trace Context); null without one.</summary>
    public static string? Here =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } traceparent } ? traceparent : null;

    /// <summary>Begins the span of one execution of a batch, under the current span or else under the run's start; null when
    /// nobody listens.</summary>
    public static Activity? StartBatch(RunContext run, Slice slice, int number) => Source.HasListeners()
        ? Source.StartActivity(Batch, ActivityKind.Internal, ParentOf(run))
            ?.SetTag("migration.run", run.RunId)
            .SetTag(MetricNames.Tenant, slice.TenantKey)
            .SetTag(MetricNames.Entity, slice.Entity)
            .SetTag("migration.batch", number)
        : null;

    // A host that shows no spans of Durable Task calls its worker without any context.
    static ActivityContext ParentOf(RunContext run) =>
        Activity.Current is null && ActivityContext.TryParse(run.Trace, null, isRemote: true, out var start) ? start : default;

    /// <summary>Notes what came of it. Ending the span is left to its owner.</summary>
    public static void Done(this Activity? batch, BatchResult result) => batch?.SetTag("rows", result.RowsRead);

    /// <summary>Notes a failure by its code alone: messages stand in the log.</summary>
    public static void Failed(this Activity? batch, string code) =>
        batch?.SetStatus(ActivityStatusCode.Error, code).SetTag("error.type", code);
}
