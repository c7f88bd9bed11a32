using LocalSqlServer.Protocol;
using LocalSqlServer.Sql;
using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sessions;

/// <summary>
/// Runs the statements of one batch in order and writes their results. An error ends the batch. Rows go out while they are
/// read, so a result of any size needs one buffer.
/// </summary>
sealed class BatchRunner(ServerState server, Session session, TdsWriter writer, Dictionary<string, Variable> variables, bool inProcedure)
{
    const int SelectCommand = 0xC1;
    const int OtherCommand = 0;

    readonly TokenType _done = inProcedure ? TokenType.DoneInProcedure : TokenType.Done;

    public async Task RunAsync(string text, CancellationToken ct)
    {
        foreach (var statement in server.Batches.Get(text))
            await RunAsync(statement, ct);
    }

    async Task RunAsync(TSqlStatement statement, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        try
        {
            switch (statement)
            {
                case SelectStatement select:
                    await SelectAsync(select, ct);
                    break;
                case IfStatement condition:
                    await IfAsync(condition, ct);
                    break;
                case BeginEndBlockStatement block:
                    foreach (var inner in block.StatementList.Statements)
                        await RunAsync(inner, ct);
                    break;
                case WaitForStatement { WaitForOption: WaitForOption.Delay } wait:
                    await WaitAsync(wait, ct);
                    break;
                default:
                    new PlainStatements(session, writer, variables, () => Context(ct)).Run(statement);
                    Done(OtherCommand, null);
                    break;
            }
        }
        catch (SqlServerException error) when (error.Line <= 1 && statement.StartLine > 1)
        {
            throw new SqlServerException(error.Number, error.Severity, error.State, error.Message)
            {
                Line = statement.StartLine,
            };
        }
    }

    async Task SelectAsync(SelectStatement select, CancellationToken ct)
    {
        var faults = new RowFaults(server.Faults.Take(FragmentText.WithComments(select), login: false));
        await faults.BeforeStatementAsync(ct);
        var query = new QueryBinder(Context(ct)).Bind(select);
        if (query is SelectQuery { Assigned.Count: > 0 } assignment)
        {
            Assign(assignment);
            return;
        }
        var result = new ResultWriter(writer, query.Columns);
        foreach (var row in query.Rows())
        {
            if (faults.Any)
                await faults.BeforeRowAsync(result.Rows, writer, ct);
            Write(result, row);
            if (!writer.ShouldFlush)
                continue;
            ct.ThrowIfCancellationRequested();
            await writer.FlushAsync(CancellationToken.None);
        }
        ct.ThrowIfCancellationRequested();
        if (faults.Any)
            await faults.BeforeRowAsync(result.Rows, writer, ct);
        Done(SelectCommand, result.Rows);
    }

    void Write(ResultWriter result, SqlValue[] row)
    {
        var before = writer.Position;
        try
        {
            result.WriteRow(row);
        }
        catch
        {
            writer.Truncate(before);
            throw;
        }
    }

    void Assign(SelectQuery query)
    {
        long rows = 0;
        foreach (var row in query.Rows())
        {
            rows++;
            for (var i = 0; i < row.Length; i++)
                query.Assigned[i].Value = row[i];
        }
        Done(SelectCommand, rows);
    }

    async Task IfAsync(IfStatement condition, CancellationToken ct)
    {
        var predicate = new ExpressionBinder(Context(ct), new Scope(null, session.Database.Names)).BindPredicate(condition.Predicate);
        if (predicate.IsTrue())
            await RunAsync(condition.ThenStatement, ct);
        else if (condition.ElseStatement is not null)
            await RunAsync(condition.ElseStatement, ct);
    }

    async Task WaitAsync(WaitForStatement wait, CancellationToken ct)
    {
        var binder = new ExpressionBinder(Context(ct), new Scope(null, session.Database.Names));
        var delay = binder.Bind(wait.Parameter).As(SqlType.Time()).Evaluate();
        await Task.Delay(new TimeSpan(delay.Number), server.Clock, ct);
        Done(OtherCommand, null);
    }

    StatementContext Context(CancellationToken ct) => new()
    {
        Database = session.Database,
        Server = server.Facts,
        Variables = variables,
        VersionOf = session.BeginStatement(),
        Clock = server.Clock,
        User = session.User,
        Spid = session.Spid,
        TransactionCount = session.TransactionCount,
        LastRowCount = session.LastRowCount,
        Cancellation = ct,
    };

    /// <summary>More always follows: the caller ends the answer.</summary>
    void Done(int command, long? rows)
    {
        session.LastRowCount = rows ?? 0;
        var status = DoneStatus.More | (session.TransactionCount > 0 ? DoneStatus.InTransaction : 0);
        if (rows is not null && !session.NoCount)
            status |= DoneStatus.Count;
        Tokens.Done(writer, _done, status, command, rows ?? 0);
    }
}
