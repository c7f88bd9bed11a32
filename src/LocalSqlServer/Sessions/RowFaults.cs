using LocalSqlServer.Protocol;

namespace LocalSqlServer.Sessions;

/// <summary>The faults that a statement meets, at its start and between its rows.</summary>
sealed class RowFaults(List<Fault> faults)
{
    public bool Any => faults.Count > 0;

    public async ValueTask BeforeStatementAsync(CancellationToken ct)
    {
        foreach (var fault in faults)
        {
            switch (fault.Kind)
            {
                case FaultKind.Error:
                    fault.Happen();
                    throw fault.Error!;
                case FaultKind.NeverAnswer:
                    fault.Happen();
                    await Task.Delay(Timeout.InfiniteTimeSpan, ct);
                    break;
                case FaultKind.DropConnection when fault.AfterRows == 0:
                    fault.Happen();
                    throw new ConnectionDroppedException();
                default:
                    break;
            }
        }
    }

    /// <param name="sent">Rows written before the one to come.</param>
    public async ValueTask BeforeRowAsync(long sent, TdsWriter writer, CancellationToken ct)
    {
        foreach (var fault in faults)
        {
            switch (fault.Kind)
            {
                case FaultKind.SlowRows:
                    fault.Happen();
                    await Task.Delay(fault.Delay, ct);
                    break;
                case FaultKind.HoldRows when fault.AfterRows == sent && !fault.Released.IsCompleted:
                    await writer.FlushAllAsync(ct);
                    fault.Happen();
                    await fault.Released.WaitAsync(ct);
                    break;
                case FaultKind.DropConnection when fault.AfterRows == sent:
                    await writer.FlushAllAsync(ct);
                    fault.Happen();
                    throw new ConnectionDroppedException();
                default:
                    break;
            }
        }
    }
}
