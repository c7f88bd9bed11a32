using Microsoft.DurableTask;

namespace MigrationFunctions.Orchestrators;

/// <summary>Failed attempts of an orchestration's units of work, kept over a continue-as-new.</summary>
sealed class Attempts(IReadOnlyDictionary<int, int>? open)
{
    readonly Dictionary<int, int> _failed = open is null ? [] : new(open);

    /// <summary>Those whose unit has not succeeded yet, or null for none.</summary>
    public IReadOnlyDictionary<int, int>? Open => _failed.Count == 0 ? null : _failed;

    /// <summary>How often a unit has failed since it last succeeded.</summary>
    public int FailuresOf(int unit) => _failed.GetValueOrDefault(unit);

    public void Succeeded(int unit) => _failed.Remove(unit);

    /// <summary>Counts a failure; how long to wait before the unit is tried again, or null when it must not be.</summary>
    public TimeSpan? PauseAfter(int unit, TaskFailedException failure)
    {
        var failed = _failed[unit] = _failed.GetValueOrDefault(unit) + 1;
        return Patience.OfWork.PauseAfter(failed, failure.FailureDetails);
    }
}
