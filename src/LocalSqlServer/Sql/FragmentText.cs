using LocalSqlServer.Types;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace LocalSqlServer.Sql;

/// <summary>The text of a part of a statement: for error messages, and to recognise an expression of GROUP BY.</summary>
static class FragmentText
{
    public static string Of(TSqlFragment fragment) => fragment.FirstTokenIndex < 0
        ? fragment.GetType().Name
        : string.Concat(Tokens(fragment).Select(t => t.Text)).Trim();

    /// <summary>The text with the comments that stand before it: what comes after the statement before.</summary>
    public static string WithComments(TSqlFragment fragment)
    {
        var first = fragment.FirstTokenIndex;
        while (first > 0 && fragment.ScriptTokenStream[first - 1].TokenType
            is TSqlTokenType.WhiteSpace or TSqlTokenType.SingleLineComment or TSqlTokenType.MultilineComment)
            first--;
        return string.Concat(fragment.ScriptTokenStream.Skip(first).Take(fragment.LastTokenIndex - first + 1).Select(t => t.Text));
    }

    /// <summary>The text without spaces, comments and brackets; names in upper case where their case does not count.</summary>
    public static string Normalised(TSqlFragment fragment, NameComparer names) => string.Join(' ', Tokens(fragment)
        .Where(t => t.TokenType is not (TSqlTokenType.WhiteSpace or TSqlTokenType.SingleLineComment
            or TSqlTokenType.MultilineComment))
        .Select(t => t.TokenType switch
        {
            TSqlTokenType.AsciiStringLiteral or TSqlTokenType.UnicodeStringLiteral => t.Text,
            TSqlTokenType.Identifier or TSqlTokenType.QuotedIdentifier when names.IsCaseSensitive => t.Text.Trim('[', ']', '"'),
            _ => t.Text.Trim('[', ']', '"').ToUpperInvariant(),
        }));

    static IEnumerable<TSqlParserToken> Tokens(TSqlFragment fragment) => fragment.ScriptTokenStream
        .Skip(fragment.FirstTokenIndex)
        .Take(fragment.LastTokenIndex - fragment.FirstTokenIndex + 1);
}
