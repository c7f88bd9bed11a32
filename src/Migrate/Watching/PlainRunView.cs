using System.Globalization;
using Migrate.Client;
using Migrate.Output;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Ledger;

namespace Migrate.Watching;

/// <summary>For logs of pipelines: a line when something changed, and none otherwise.</summary>
sealed class PlainRunView(TextWriter output, TimeProvider clock) : IRunView
{
    readonly Dictionary<string, string> _tenants = new(StringComparer.Ordinal);
    string? _last;

    public void Show(MigrationStatus run)
    {
        foreach (var tenant in run.Tenants)
            if (_tenants.GetValueOrDefault(tenant.Tenant) is var before && before != tenant.Status)
            {
                _tenants[tenant.Tenant] = tenant.Status;
                // Those that wait are all the same at first, and there may be hundreds.
                if (tenant.Status != States.Pending)
                    Write($"tenant {tenant.Tenant} {tenant.Status}{(tenant.Failure is { } why ? $": {why}" : "")}");
            }
        WriteIfNew(Line(run), run.Live is { } live ? $"  {LiveText.Of(live)}" : "");
    }

    public void ShowLost(ServiceException failure) => WriteIfNew(Lost(failure), "");

    public static string Lost(ServiceException failure) => $"{failure.Message} Asking again; the run may well go on.";

    static string Line(MigrationStatus run)
    {
        var entities = run.Tenants.SelectMany(t => t.Entities).ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"{run.Status}  batches {entities.Sum(e => e.BatchesDone)}/{entities.Sum(e => e.Batches)}  "
            + $"read {run.RowsRead:N0}  written {run.RowsWritten:N0}  rejected {run.RowsRejected:N0}  "
            + $"filtered {run.RowsFiltered:N0}{ThrottleLine.Suffix(run.Throttle)}");
    }

    // A speed alone changes all the time, and is no news.
    void WriteIfNew(string line, string figures)
    {
        if (line != _last)
            Write(line + figures);
        _last = line;
    }

    void Write(string text)
    {
        var time = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        output.WriteLine($"{time} {SafeText.Of(text)}");
    }
}
