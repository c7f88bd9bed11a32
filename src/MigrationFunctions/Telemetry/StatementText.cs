using System.Collections.Concurrent;
using System.Text;

namespace MigrationFunctions.Telemetry;

/// <summary>Statements as traces show them: every literal is a question mark. Names, key words, parameters and comments
/// stay.</summary>
static class StatementText
{
    // The product sends some hundred different texts; a caller that made new ones all the time must not fill memory.
    const int Kept = 500;
    const int LongestKept = 4_096;
    static readonly ConcurrentDictionary<string, string> Known = new(StringComparer.Ordinal);

    /// <summary>The statement without its literals.</summary>
    public static string Without(string statement)
    {
        if (Known.TryGetValue(statement, out var known))
            return known;
        var text = WithoutLiterals(statement);
        if (text == statement)
            text = statement;
        if (Known.Count < Kept && statement.Length <= LongestKept)
            Known.TryAdd(statement, text);
        return text;
    }

    static string WithoutLiterals(string sql)
    {
        var text = new StringBuilder(sql.Length);
        for (var i = 0; i < sql.Length;)
        {
            var end = EndOfLiteral(sql, i);
            if (end > i)
            {
                text.Append('?');
                i = end;
                continue;
            }
            end = Math.Max(EndOfComment(sql, i), EndOfWord(sql, i));
            text.Append(sql, i, end - i);
            i = end;
        }
        return text.ToString();
    }

    // 'text' with '' or, after E, \' within; $tag$text$tag$; a number that is no part of a name or parameter.
    static int EndOfLiteral(string sql, int start)
    {
        if (sql[start] is 'E' or 'e' && start + 1 < sql.Length && sql[start + 1] == '\'')
            return EndOfQuoted(sql, start + 1, hasEscapes: true);
        return sql[start] switch
        {
            '\'' => EndOfQuoted(sql, start, hasEscapes: false),
            '$' => EndOfDollarQuoted(sql, start),
            >= '0' and <= '9' => EndOfNumber(sql, start),
            _ => start,
        };
    }

    static int EndOfQuoted(string sql, int start, bool hasEscapes)
    {
        for (var i = start + 1; i < sql.Length; i++)
        {
            if (hasEscapes && sql[i] == '\\')
                i++;
            else if (sql[i] == '\'' && i + 1 < sql.Length && sql[i + 1] == '\'')
                i++;
            else if (sql[i] == '\'')
                return i + 1;
        }
        return sql.Length;
    }

    static int EndOfDollarQuoted(string sql, int start)
    {
        var tagEnd = start + 1;
        while (tagEnd < sql.Length
            && (char.IsLetter(sql[tagEnd]) || sql[tagEnd] == '_' || tagEnd > start + 1 && char.IsDigit(sql[tagEnd])))
            tagEnd++;
        if (tagEnd == sql.Length || sql[tagEnd] != '$')
            return start;
        var tag = sql[start..(tagEnd + 1)];
        var end = sql.IndexOf(tag, tagEnd + 1, StringComparison.Ordinal);
        return end < 0 ? sql.Length : end + tag.Length;
    }

    static int EndOfNumber(string sql, int start)
    {
        var i = start;
        while (i < sql.Length && (char.IsLetterOrDigit(sql[i]) || sql[i] == '.'))
            i++;
        return i;
    }

    // -- to the end of the line; /* to */, one within the other (PostgreSQL and T-SQL alike). A quote in it begins nothing.
    static int EndOfComment(string sql, int start)
    {
        if (Has(sql, start, "--"))
            return sql.IndexOf('\n', start) is var end && end < 0 ? sql.Length : end;
        if (!Has(sql, start, "/*"))
            return start;
        var depth = 1;
        for (var i = start + 2; i < sql.Length; i++)
        {
            if (Has(sql, i, "/*"))
                (depth, i) = (depth + 1, i + 1);
            else if (Has(sql, i, "*/"))
                (depth, i) = (depth - 1, i + 1);
            if (depth == 0)
                return i + 1;
        }
        return sql.Length;
    }

    static bool Has(string sql, int start, string mark) => string.CompareOrdinal(sql, start, mark, 0, mark.Length) == 0;

    // A name, a parameter, a quoted name or one other character: what is within is no literal.
    static int EndOfWord(string sql, int start)
    {
        if (sql[start] == '"')
            return sql.IndexOf('"', start + 1) is var close && close < 0 ? sql.Length : close + 1;
        var i = start + 1;
        if (char.IsLetter(sql[start]) || sql[start] is '_' or '@' or '$' or '#')
            while (i < sql.Length && (char.IsLetterOrDigit(sql[i]) || sql[i] is '_' or '$' or '#' or '@'))
                i++;
        return i;
    }
}
