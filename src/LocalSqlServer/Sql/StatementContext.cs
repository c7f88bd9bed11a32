using LocalSqlServer.Storage;
using LocalSqlServer.Types;

namespace LocalSqlServer.Sql;

/// <summary>A parameter of the request or a variable of the batch.</summary>
sealed class Variable(SqlType type, SqlValue value)
{
    public SqlType Type { get; } = type;

    public SqlValue Value { get; set; } = value;
}

/// <summary>What a statement sees of its session while it is bound and runs.</summary>
sealed class StatementContext
{
    public required LegacyDatabase Database { get; init; }

    public required ServerFacts Server { get; init; }

    public required Dictionary<string, Variable> Variables { get; init; }

    /// <summary>The version of a table that this statement reads.</summary>
    public required Func<LegacyTable, TableVersion> VersionOf { get; init; }

    public required TimeProvider Clock { get; init; }

    public required string User { get; init; }

    public required int Spid { get; init; }

    public required int TransactionCount { get; init; }

    public long LastRowCount { get; init; }

    public CancellationToken Cancellation { get; init; }

    /// <summary>Sources of the columns resolved so far; an expression's own are those added while it was bound.</summary>
    public List<Relation> Resolved { get; } = [];
}

/// <summary>What the server says of itself.</summary>
sealed record ServerFacts(string Name, LegacyDatabase Database);
