namespace MigrationFunctions.Core.Ledger;

/// <summary>The states that a kind of work is stored in, and which may follow which. The ledger takes no other move: a statement that
/// asks for one changes no row and fails with MIG2124. To stay in a state is no move. <c>docs/lifecycles.md</c> draws them.</summary>
public sealed class Lifecycle
{
    const string Planned = "planned";
    const string Done = "done";

    static readonly string[] Verdicts = [States.Completed, States.CompletedWithRejects, States.Failed];

    /// <summary>A run. That it is suspended, interrupted or terminating is told of one that is stored as running.</summary>
    public static readonly Lifecycle Run = new(
        "run", "migration.run", new() { [States.Running] = [.. Verdicts, States.Terminated] });

    /// <summary>A tenant of a run. An activity that is executed twice may draw its verdict twice: the last one stands.</summary>
    public static readonly Lifecycle Tenant = new("tenant", "migration.run_tenant", new()
    {
        [States.Pending] = [States.Running, States.Failed, States.Terminated],
        [States.Running] = [.. Verdicts, States.Terminated],
        [States.Completed] = [States.CompletedWithRejects, States.Failed],
        [States.CompletedWithRejects] = [States.Completed, States.Failed],
        [States.Failed] = [States.Completed, States.CompletedWithRejects],
    });

    /// <summary>A batch of a tenant and an entity.</summary>
    public static readonly Lifecycle Batch = new("batch", "migration.batch_state", new() { [Planned] = [Done] });

    /// <summary>A reconciliation; its verdict stands beside it.</summary>
    public static readonly Lifecycle Reconciliation = new(
        "reconciliation", "migration.reconciliation", new() { [States.Running] = [States.Completed, States.Failed] });

    /// <summary>A repair of a reconciliation's differences.</summary>
    public static readonly Lifecycle Repair = new(
        "repair", "migration.repair", new() { [States.Running] = [States.Completed, States.Failed] });

    readonly Dictionary<string, string[]> _moves;

    Lifecycle(string name, string table, Dictionary<string, string[]> moves)
    {
        (Name, Table, _moves) = (name, table, moves);
        Stored = [.. moves.Keys.Concat(moves.Values.SelectMany(to => to)).Distinct()];
    }

    /// <summary>Every lifecycle.</summary>
    public static IReadOnlyList<Lifecycle> All { get; } = [Run, Tenant, Batch, Reconciliation, Repair];

    /// <summary>What goes through it, in one word.</summary>
    public string Name { get; }

    /// <summary>Where it is stored, in the target.</summary>
    public string Table { get; }

    /// <summary>Every state that is stored; the first one is where it begins.</summary>
    public IReadOnlyList<string> Stored { get; }

    /// <summary>Whether a state may follow another one.</summary>
    public bool Allows(string from, string to) => _moves.TryGetValue(from, out var next) && next.Contains(to, StringComparer.Ordinal);
}
