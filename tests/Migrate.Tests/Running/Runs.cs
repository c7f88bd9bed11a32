using System.Collections.ObjectModel;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Errors;
using MigrationFunctions.Core.Ledger;
using MigrationFunctions.Core.Model;

namespace Migrate.Tests.Running;

/// <summary>Statuses as the service answers them.</summary>
static class Runs
{
    public const string Id = "20260301-080000-0a1b2c3d";
    public const string Get = "GET /api/migrations/" + Id;

    public static readonly DateTimeOffset Requested = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public static MigrationStatus Of(string status, params TenantStatus[] tenants)
    {
        var entities = tenants.SelectMany(t => t.Entities).ToList();
        return new MigrationStatus(
            Id, "school-district", RunMode.Full, status, null, Requested,
            status is States.Running or States.Pending or States.Suspended ? null : Requested.AddSeconds(3_723),
            entities.Sum(e => e.RowsSource ?? 0), entities.Sum(e => e.RowsRead), entities.Sum(e => e.RowsWritten),
            entities.Sum(e => e.RowsRejected), entities.Sum(e => e.RowsFiltered),
            entities.TrueForAll(e => e.IsConserved),
            new Dictionary<string, long>(), [], tenants);
    }

    public static TenantStatus Tenant(string key, string status, string? failure, params EntityStatus[] entities) =>
        new(key, Guid.Parse("6f1c7d0e-5a35-5a0b-9b6c-3f8f2a1d4e77"), "Springfield", status, failure, entities);

    /// <summary>An entity that is done; equal unless rows are missing.</summary>
    public static EntityStatus Done(
        string entity, long source, long rejected = 0, long filtered = 0, long missing = 0) =>
        new(entity, 3, 3, source, source - missing, source - missing - rejected - filtered,
            rejected, filtered, missing == 0, ReadOnlyDictionary<string, long>.Empty);

    public static EntityStatus AtWork(string entity, int done, int batches, long read) =>
        new(entity, batches, done, null, read, read, 0, 0, false, ReadOnlyDictionary<string, long>.Empty);

    /// <summary>The speed of a run at work.</summary>
    public static LiveFigures Fast(double rowsPerSecond, double? secondsLeft) => new(
        11_000, 2.2, new SlowestBatch("7", "student", 12, 20_000, 4.2), rowsPerSecond, 2.5, null, secondsLeft, null);

    public static MigrationStatus Failed(string? failure, params string?[] ofTenants) =>
        Of(States.Failed, [.. ofTenants.Select((f, i) => Tenant($"{i}", States.Failed, f))]) with { Failure = failure };

    public static Problem Problem(string code, ProblemSeverity severity = ProblemSeverity.Error) =>
        new(code, "dbo.Student", "Something is wrong.", "Make it right.", severity);
}
