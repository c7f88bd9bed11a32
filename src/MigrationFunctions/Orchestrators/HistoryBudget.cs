namespace MigrationFunctions.Orchestrators;

/// <summary>Counts what a turn adds to an orchestration's history, so that it continues as new before there are 500 events.
/// Counted as on Durable Task's own storage in the worst case, where every answer comes in a turn of its own with two
/// markers: four events for a call, as many for a timer.</summary>
sealed class HistoryBudget
{
    /// <summary>Events that no orchestration's history exceeds.</summary>
    public const int Limit = 500;

    // Events of an activity, a timer or a sub-orchestration: asked for, answered, and the answer's turn.
    const int Call = 4;

    // Room for what begins and ends the execution, for two calls more, and for events of operators.
    const int Reserve = 40;

    int _spent;

    /// <summary>Nothing more may be asked for: time to continue as new.</summary>
    public bool IsSpent => _spent > Limit - Reserve;

    public void Charge() => _spent += Call;
}
