using System.Text;

namespace MigrationFunctions.Core.Tests.Reporting;

/// <summary>Reads CSV as RFC 4180 describes it.</summary>
static class Csv
{
    public static List<List<string>> Parse(string text)
    {
        var rows = new List<List<string>>();
        for (var at = 0; at < text.Length;)
        {
            var row = new List<string>();
            do
            {
                row.Add(Field(text, ref at));
            }
            while (Take(text, ref at, ','));
            if (!Take(text, ref at, '\r') || !Take(text, ref at, '\n'))
                throw new FormatException($"Position {at} is in the middle of a line.");
            rows.Add(row);
        }
        return rows;
    }

    static string Field(string text, ref int at)
    {
        var field = new StringBuilder();
        if (!Take(text, ref at, '"'))
        {
            while (at < text.Length && text[at] is not (',' or '\r' or '\n' or '"'))
                field.Append(text[at++]);
            return field.ToString();
        }
        while (true)
        {
            if (!Take(text, ref at, '"'))
                field.Append(text[at++]);
            else if (Take(text, ref at, '"'))
                field.Append('"');
            else
                return field.ToString();
        }
    }

    static bool Take(string text, ref int at, char expected)
    {
        var isThere = at < text.Length && text[at] == expected;
        at += isThere ? 1 : 0;
        return isThere;
    }
}
