using System.Collections.Concurrent;
using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sessions;

/// <summary>Parses batches and keeps the parsed ones: a client sends the same few statements again and again. A database of
/// compatibility level 110 takes nothing but the grammar of SQL Server 2012.</summary>
sealed class ParsedBatches(int compatibilityLevel)
{
    const int Largest = 500;
    const int SqlServer2012 = 110;

    readonly ConcurrentDictionary<string, IReadOnlyList<TSqlStatement>> _parsed = new(StringComparer.Ordinal);

    /// <exception cref="SqlServerException">102 with the place of the first syntax error.</exception>
    public IReadOnlyList<TSqlStatement> Get(string text)
    {
        if (_parsed.TryGetValue(text, out var known))
            return known;
        TSqlParser parser = compatibilityLevel <= SqlServer2012
            ? new TSql110Parser(initialQuotedIdentifiers: true)
            : new TSql160Parser(initialQuotedIdentifiers: true);
        var script = (TSqlScript)parser.Parse(new StringReader(text), out var errors);
        if (errors.Count > 0)
            throw SqlServerException.Syntax(errors[0].Message, errors[0].Line);
        IReadOnlyList<TSqlStatement> statements = [.. script.Batches.SelectMany(b => b.Statements)];
        if (_parsed.Count >= Largest)
            _parsed.Clear();
        _parsed[text] = statements;
        return statements;
    }
}
