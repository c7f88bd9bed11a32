using LocalSqlServer.Protocol;
using LocalSqlServer.Sql;
using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sessions;

/// <summary>The statements that give no rows: variables, SET, transactions, messages.</summary>
sealed class PlainStatements(
    Session session, TdsWriter writer, Dictionary<string, Variable> variables, Func<StatementContext> context)
{
    /// <summary>SET options that clients send when they connect and that change nothing here.</summary>
    const SetOptions IgnoredOptions = SetOptions.AnsiNulls | SetOptions.AnsiPadding | SetOptions.AnsiWarnings
        | SetOptions.ArithAbort | SetOptions.ArithIgnore | SetOptions.ConcatNullYieldsNull | SetOptions.CursorCloseOnCommit
        | SetOptions.QuotedIdentifier | SetOptions.NumericRoundAbort | SetOptions.ImplicitTransactions
        | SetOptions.AnsiDefaults | SetOptions.AnsiNullDfltOn;

    public void Run(TSqlStatement statement)
    {
        switch (statement)
        {
            case DeclareVariableStatement declare:
                foreach (var element in declare.Declarations)
                    Declare(element);
                break;
            case SetVariableStatement { AssignmentKind: AssignmentKind.Equals, Identifier: null } set:
                Assign(set);
                break;
            case PredicateSetStatement set:
                SetPredicate(set);
                break;
            case SetTransactionIsolationLevelStatement level:
                session.Isolation = LevelOf(level.Level);
                break;
            case SetCommandStatement or SetTextSizeStatement:
                break;
            case UseStatement use:
                Use(use);
                break;
            case BeginTransactionStatement:
                session.Begin(writer);
                break;
            case CommitTransactionStatement:
                session.Commit(writer);
                break;
            case RollbackTransactionStatement rollback:
                session.Rollback(writer, rollback.Name?.Value);
                break;
            case SaveTransactionStatement save:
                session.Save(save.Name.Value);
                break;
            case PrintStatement print:
                Tokens.Info(writer, context().Server.Name, 0, 1, 0, TextOf(print.Expression));
                break;
            case ThrowStatement { ErrorNumber: not null } thrown:
                throw new SqlServerException(
                    (int)Bind(thrown.ErrorNumber).Evaluate().Number, 16, (byte)Bind(thrown.State).Evaluate().Number,
                    TextOf(thrown.Message));
            case ExecuteStatement { ExecuteSpecification.ExecutableEntity: ExecutableProcedureReference procedure }:
                throw new SqlServerException(2812, 16, 62,
                    $"Could not find stored procedure '{FragmentText.Of(procedure.ProcedureReference)}'.");
            case RaiseErrorStatement raise:
                Raise(raise);
                break;
            default:
                throw SqlServerException.Unsupported(FragmentText.Of(statement), "the statement");
        }
    }

    void Declare(DeclareVariableElement element)
    {
        var type = TypeNames.Read(element.DataType, 1);
        if (variables.ContainsKey(element.VariableName.Value))
        {
            throw new SqlServerException(134, 15, 2,
                $"The variable name '{element.VariableName.Value}' has already been declared. Variable names must be unique "
                + "within a query batch or stored procedure.");
        }
        var value = element.Value is null ? SqlValue.Null : Bind(element.Value).As(type).Evaluate();
        variables.Add(element.VariableName.Value, new Variable(type, value));
    }

    void Assign(SetVariableStatement set)
    {
        if (!variables.TryGetValue(set.Variable.Name, out var variable))
            throw SqlServerException.UndeclaredVariable(set.Variable.Name);
        variable.Value = Bind(set.Expression).As(variable.Type).Evaluate();
    }

    void SetPredicate(PredicateSetStatement set)
    {
        if (set.Options.HasFlag(SetOptions.NoCount))
            session.NoCount = set.IsOn;
        if (set.Options.HasFlag(SetOptions.XactAbort))
            session.AbortOnError = set.IsOn;
        if ((set.Options & ~(IgnoredOptions | SetOptions.NoCount | SetOptions.XactAbort)) != 0)
            throw SqlServerException.Unsupported(FragmentText.Of(set), "the SET option");
    }

    static IsolationLevel LevelOf(Microsoft.SqlServer.TransactSql.ScriptDom.IsolationLevel level) => level switch
    {
        Microsoft.SqlServer.TransactSql.ScriptDom.IsolationLevel.ReadUncommitted => IsolationLevel.ReadUncommitted,
        Microsoft.SqlServer.TransactSql.ScriptDom.IsolationLevel.RepeatableRead => IsolationLevel.RepeatableRead,
        Microsoft.SqlServer.TransactSql.ScriptDom.IsolationLevel.Serializable => IsolationLevel.Serializable,
        Microsoft.SqlServer.TransactSql.ScriptDom.IsolationLevel.Snapshot => IsolationLevel.Snapshot,
        _ => IsolationLevel.ReadCommitted,
    };

    void Use(UseStatement use)
    {
        var name = use.DatabaseName.Value;
        if (!name.Equals(session.Database.Name, StringComparison.OrdinalIgnoreCase))
        {
            throw new SqlServerException(911, 16, 1,
                $"Database '{name}' does not exist. Make sure that the name is entered correctly.");
        }
        Tokens.Environment(writer, EnvironmentChange.Database, session.Database.Name, session.Database.Name);
    }

    void Raise(RaiseErrorStatement raise)
    {
        var severity = (byte)Bind(raise.SecondParameter).Evaluate().Number;
        var state = (byte)Bind(raise.ThirdParameter).Evaluate().Number;
        var message = TextOf(raise.FirstParameter);
        if (severity > 10)
            throw new SqlServerException(50000, severity, state, message);
        Tokens.Info(writer, context().Server.Name, 50000, state, severity, message);
    }

    SqlExpression Bind(ScalarExpression expression) =>
        new ExpressionBinder(context(), new Scope(null, session.Database.Names)).Bind(expression);

    string TextOf(ScalarExpression expression)
    {
        var value = Bind(expression).As(SqlType.NVarChar(SqlType.Max)).Evaluate();
        return value.IsNull ? "" : value.Text;
    }
}
