using System.Globalization;
using Migrate.Client;
using Migrate.Output;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Reconciling;

namespace Migrate.Watching;

/// <summary>Watches reconciliations and repairs to their end, in lines that suit a terminal and a log alike, and tells what
/// came of them.</summary>
sealed class ReconciliationWatch(CliServices services, MigrationClient client, bool asJson)
{
    string? _last;

    /// <summary>The reconciliation at its end.</summary>
    public Task<Answer<ReconciliationStatus>> ToEndAsync(string id, CancellationToken cancellationToken) =>
        new Watcher<ReconciliationStatus>(
            token => client.GetReconciliationAsync(id, token), r => r.Status, services.Clock)
            .WatchAsync(answer => Show(Line(answer.Value)), Lost, cancellationToken);

    /// <summary>Prints a reconciliation and returns its verdict.</summary>
    public int Tell(Answer<ReconciliationStatus> reconciliation)
    {
        if (asJson)
            services.Console.Document(reconciliation.Body);
        else
            ReconciliationOutput.Print(services.Console, reconciliation.Value);
        return ExitCodes.Of(reconciliation.Value);
    }

    /// <summary>Repairs, watches, tells, and returns the verdict of the reconciliation that followed.</summary>
    public async Task<int> RepairAsync(
        string id, RepairRequest request, CancellationToken cancellationToken)
    {
        var ended = await RepairToEndAsync(id, request, cancellationToken);
        if (asJson)
            services.Console.Document(ended.Body);
        else
            RepairOutput.Print(services.Console, ended.Value);
        return ExitCodes.Of(ended.Value);
    }

    /// <summary>The repair at its end.</summary>
    public async Task<Answer<RepairStatus>> RepairToEndAsync(
        string id, RepairRequest request, CancellationToken cancellationToken)
    {
        var started = (await client.RepairAsync(id, request, cancellationToken)).Value;
        services.Console.Note($"Repair {started.RepairId} is started.");
        return await new Watcher<RepairStatus>(
            token => client.GetRepairAsync(id, token), r => r.Status, services.Clock)
            .WatchAsync(answer => Show($"repair {answer.Value.Status}"), Lost, cancellationToken);
    }

    static string Line(ReconciliationStatus reconciliation) => string.Create(
        CultureInfo.InvariantCulture,
        $"{reconciliation.Status}  compared {reconciliation.Slices.Count(s => s.IsEqual is not null)}/{reconciliation.Slices.Count}  "
        + $"not equal {reconciliation.Slices.Count(s => s.IsEqual == false)}");

    void Show(string line)
    {
        if (line == _last)
            return;
        _last = line;
        var time = services.Clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        services.Console.Note($"{time} {SafeText.Of(line)}");
    }

    void Lost(ServiceException failure) => Show(PlainRunView.Lost(failure));
}
