using System.Collections.Immutable;
using LocalSqlServer.Types;

namespace LocalSqlServer;

/// <summary>
/// Faults to come. In every method <c>contains</c> limits the fault to statements with that text (null: all),
/// <c>occurrence</c> says with which of them it begins (1: the first), <c>times</c> how often it happens.
/// May be changed from any thread while clients are served.
/// </summary>
public sealed class FaultPlan
{
    ImmutableList<Fault> _faults = [];

    /// <summary>Cuts the connection after that many rows have reached the client; 0 cuts it before any answer.</summary>
    public Fault DropConnection(string? contains = null, long afterRows = 0, int occurrence = 1, int times = 1) =>
        Add(new(FaultKind.DropConnection, contains, occurrence, times) { AfterRows = afterRows });

    /// <summary>Error 1205: the session is the victim, its transaction is rolled back.</summary>
    public Fault Deadlock(string? contains = null, int occurrence = 1, int times = 1) => Add(
        new(FaultKind.Error, contains, occurrence, times)
        {
            Error = new SqlServerException(1205, 13, 51,
                "Transaction (Process ID 51) was deadlocked on lock resources with another process and has been chosen as the "
                + "deadlock victim. Rerun the transaction."),
        });

    /// <summary>Any other error in place of an answer.</summary>
    public Fault Fail(
        int number, string message, byte severity = 16, string? contains = null, int occurrence = 1, int times = 1) => Add(
        new(FaultKind.Error, contains, occurrence, times) { Error = new SqlServerException(number, severity, 1, message) });

    /// <summary>Waits before each row.</summary>
    public Fault SlowRows(TimeSpan perRow, string? contains = null, int occurrence = 1, int times = int.MaxValue) =>
        Add(new(FaultKind.SlowRows, contains, occurrence, times) { Delay = perRow });

    /// <summary>
    /// Stands still after that many rows have reached the client, until <see cref="Fault.Release"/> or a cancellation.
    /// </summary>
    public Fault HoldRows(string? contains = null, long afterRows = 0, int occurrence = 1, int times = 1) =>
        Add(new(FaultKind.HoldRows, contains, occurrence, times) { AfterRows = afterRows });

    /// <summary>Answers nothing until the client gives up, as a blocked statement does.</summary>
    public Fault NeverAnswer(string? contains = null, int occurrence = 1, int times = 1) =>
        Add(new(FaultKind.NeverAnswer, contains, occurrence, times));

    /// <summary>Refuses logins with error 18456 although user and password are right.</summary>
    public Fault RefuseLogin(int occurrence = 1, int times = 1) =>
        Add(new(FaultKind.RefuseLogin, null, occurrence, times));

    /// <summary>Takes all faults back and lets held statements go on.</summary>
    public void Clear()
    {
        foreach (var fault in Interlocked.Exchange(ref _faults, []))
            fault.Release();
    }

    internal List<Fault> Take(string text, bool login) =>
        [.. _faults.Where(f => f.Kind == FaultKind.RefuseLogin == login && f.TryTake(text))];

    Fault Add(Fault fault)
    {
        ImmutableInterlocked.Update(ref _faults, (all, one) => all.Add(one), fault);
        return fault;
    }
}
