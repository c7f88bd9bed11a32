using System.Text;

namespace MigrationFunctions.Core.Reporting;

/// <summary>A report as Markdown (GitHub Flavored Markdown, "Tables"). What comes from data cannot become markup.</summary>
public static class MarkdownReport
{
    public static string Render(Report report)
    {
        var text = new StringBuilder();
        text.Append("# ").AppendLine(Escape(report.Title)).AppendLine();
        text.Append("**").Append(Escape(report.Verdict)).AppendLine("**").AppendLine();
        text.AppendLine(Escape(report.Equation)).AppendLine();
        foreach (var fact in report.Facts)
            text.Append("- ").Append(Escape(fact.Name)).Append(": ").AppendLine(Escape(fact.Value));
        foreach (var table in report.Tables)
            Append(text, table);
        return text.ToString().ReplaceLineEndings("\n");
    }

    static void Append(StringBuilder text, ReportTable table)
    {
        text.AppendLine().Append("## ").AppendLine(Escape(table.Title)).AppendLine();
        text.AppendLine(Escape(table.Note));
        if (table.Rows.Count == 0)
        {
            text.AppendLine().AppendLine("None.");
            return;
        }
        text.AppendLine();
        Row(text, table.Columns);
        Row(text, table.Columns.Select((_, i) => ReportText.IsNumeric(table, i) ? "---:" : "---"));
        foreach (var row in table.Rows)
            Row(text, row.Select(cell => Escape(ReportText.Of(cell))));
    }

    static void Row(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");

    static string Escape(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c is '\\' or '`' or '*' or '[' or ']' or '<' or '>' or '|' or '#' or '!' or '~' || (c == '_' && !IsInWord(value, i)))
                text.Append('\\');
            text.Append(char.IsControl(c) ? ' ' : c);
        }
        return text.ToString();
    }

    // CommonMark 6.2: an underscore between letters or digits begins no emphasis.
    static bool IsInWord(string value, int index) =>
        index > 0 && index < value.Length - 1 && char.IsLetterOrDigit(value[index - 1]) && char.IsLetterOrDigit(value[index + 1]);
}
