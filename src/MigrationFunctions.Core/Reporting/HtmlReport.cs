using System.Globalization;
using System.Net;
using System.Text;

namespace MigrationFunctions.Core.Reporting;

/// <summary>A report as one page that needs nothing else: no script, no font, no picture from anywhere. Well-formed XML, so
/// that it can be read by machines, too. Every chart's values stand in a table beside it.</summary>
public static class HtmlReport
{
    const string Style =
        """
        :root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --line: #d5dae1; --soft: #f4f6f9; --muted: #5b6572;
          --accent: #1f6feb; --good: #116329; --bad: #b42318; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --paper: #12161c; --line: #303842; --soft: #1a2028;
          --muted: #9aa5b3; --accent: #6cb0ff; --good: #5fd07a; --bad: #ff8a7a; } }
        body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 72rem; background: var(--paper); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
        h1 { font-size: 1.5rem; margin: 0 0 1rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .25rem; }
        .verdict { border-left: .4rem solid var(--muted); background: var(--soft); padding: .9rem 1.1rem; margin: 0 0 1.5rem; }
        .verdict strong { display: block; font-size: 1.25rem; } .good { border-color: var(--good); } .bad { border-color: var(--bad); }
        .good strong { color: var(--good); } .bad strong { color: var(--bad); }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1.25rem; margin: 0; }
        dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        p.note { margin: 0 0 .6rem; color: var(--muted); }
        .scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .9rem; }
        th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
        th { color: var(--muted); font-weight: 600; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        td.no { color: var(--bad); font-weight: 700; }
        figure { margin: 1.5rem 0 0; } figcaption { font-weight: 600; margin-bottom: .4rem; } svg { width: 100%; height: auto; display: block; }
        svg text { fill: var(--muted); font-size: 12px; } .mark { fill: var(--accent); } .curve { fill: none; stroke: var(--accent); stroke-width: 2; }
        .under { fill: var(--accent); opacity: .15; } .axis { stroke: var(--line); }
        @media print { body { max-width: none; padding: 0; } h2, figure, tr { break-inside: avoid; } .scroll { overflow: visible; } }
        """;

    public static string Render(Report report)
    {
        var page = new StringBuilder();
        var kind = report.IsGood switch { true => " good", false => " bad", null => "" };
        page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <!DOCTYPE html>
            <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
            <head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>
            <title>{Text(report.Title)}</title><style>{Style}</style></head>
            <body><h1>{Text(report.Title)}</h1>
            <div class="verdict{kind}"><strong>{Text(report.Verdict)}</strong>{Text(report.Equation)}</div>
            <dl>
            """);
        foreach (var fact in report.Facts)
            page.Append(CultureInfo.InvariantCulture, $"<dt>{Text(fact.Name)}</dt><dd>{Text(fact.Value)}</dd>\n");
        page.Append("</dl>\n");
        foreach (var chart in report.Charts.Where(c => c.Points.Count > 0))
            page.Append(
                CultureInfo.InvariantCulture,
                $"<figure><figcaption>{Text(chart.Title)}</figcaption>{SvgChart.Render(chart)}</figure>\n");
        foreach (var table in report.Tables)
            Append(page, table);
        return page.Append("</body></html>\n").ToString().ReplaceLineEndings("\n");
    }

    /// <summary>Text as it may stand between tags and in attributes; what XML cannot hold becomes U+FFFD.</summary>
    internal static string Text(string value) => WebUtility.HtmlEncode(string.Concat(value.Select(
        c => char.IsControl(c) || c is '\uFFFE' or '\uFFFF' ? '\uFFFD' : c)));

    static void Append(StringBuilder page, ReportTable table)
    {
        page.Append(
            CultureInfo.InvariantCulture, $"<h2>{Text(table.Title)}</h2>\n<p class=\"note\">{Text(table.Note)}</p>\n");
        if (table.Rows.Count == 0)
        {
            page.Append("<p>None.</p>\n");
            return;
        }
        var isNumeric = table.Columns.Select((_, i) => ReportText.IsNumeric(table, i)).ToList();
        page.Append("<div class=\"scroll\"><table><thead><tr>");
        for (var i = 0; i < table.Columns.Count; i++)
            page.Append(
                CultureInfo.InvariantCulture,
                $"<th scope=\"col\"{(isNumeric[i] ? " class=\"n\"" : "")}>{Text(table.Columns[i])}</th>");
        page.Append("</tr></thead><tbody>\n");
        foreach (var row in table.Rows)
        {
            page.Append("<tr>");
            for (var i = 0; i < row.Count; i++)
                page.Append(CultureInfo.InvariantCulture, $"<td{Class(row[i], isNumeric[i])}>{Text(ReportText.Of(row[i]))}</td>");
            page.Append("</tr>\n");
        }
        page.Append("</tbody></table></div>\n");
    }

    static string Class(object? cell, bool isNumeric) =>
        isNumeric ? " class=\"n\"" : cell is false ? " class=\"no\"" : "";
}
