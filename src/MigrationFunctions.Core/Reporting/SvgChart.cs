using System.Globalization;
using System.Text;

namespace MigrationFunctions.Core.Reporting;

/// <summary>Charts as inline SVG, drawn in the page's own colours.</summary>
static class SvgChart
{
    const int Width = 960;
    const int LineHeight = 220;
    const int BarHeight = 26;
    const int LabelWidth = 260;
    const int ValueWidth = 110;
    const int MostBars = 40;
    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static string Render(ReportChart chart) =>
        chart.Kind == ReportChartKind.Line ? Line(chart) : Bars(chart);

    static string Line(ReportChart chart)
    {
        const int Left = 70, Bottom = 24, Top = 12;
        var greatest = Math.Max(chart.Points.Max(p => p.Value), 1);
        var step = (double)(Width - Left - 10) / Math.Max(1, chart.Points.Count - 1);
        var points = chart.Points.Select((p, i) => string.Create(
            Invariant, $"{Left + i * step:F1},{LineHeight - Bottom - p.Value / greatest * (LineHeight - Bottom - Top):F1}")).ToList();
        var svg = Open(chart, LineHeight);
        foreach (var part in new[] { 0, 0.5, 1 })
        {
            var y = LineHeight - Bottom - part * (LineHeight - Bottom - Top);
            svg.Append(Invariant, $"<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - 10}\" y1=\"{y:F1}\" y2=\"{y:F1}\"/>");
            svg.Append(Invariant, $"<text x=\"{Left - 8}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{greatest * part:N0}</text>");
        }
        svg.Append(Invariant, $"<polygon class=\"under\" points=\"{Left},{LineHeight - Bottom} {string.Join(' ', points)} ");
        svg.Append(Invariant, $"{Left + (chart.Points.Count - 1) * step:F1},{LineHeight - Bottom}\"/>");
        svg.Append(Invariant, $"<polyline class=\"curve\" points=\"{string.Join(' ', points)}\"/>");
        svg.Append(Invariant, $"<text x=\"{Left}\" y=\"{LineHeight - 6}\">{HtmlReport.Text(chart.Points[0].Label)}</text>");
        svg.Append(
            Invariant,
            $"<text x=\"{Width - 10}\" y=\"{LineHeight - 6}\" text-anchor=\"end\">{HtmlReport.Text(chart.Points[^1].Label)}</text>");
        return svg.Append("</svg>").ToString();
    }

    static string Bars(ReportChart chart)
    {
        var bars = chart.Points.Take(MostBars).ToList();
        var hidden = chart.Points.Count - bars.Count;
        var greatest = Math.Max(bars.Max(p => p.Value), 1);
        var svg = Open(chart, (bars.Count + (hidden > 0 ? 1 : 0)) * BarHeight + 4);
        for (var i = 0; i < bars.Count; i++)
        {
            var y = i * BarHeight + 4;
            var width = Math.Max(1, bars[i].Value / greatest * (Width - LabelWidth - ValueWidth));
            svg.Append(
                Invariant,
                $"<text x=\"{LabelWidth - 10}\" y=\"{y + 14}\" text-anchor=\"end\">"
                + $"{HtmlReport.Text(Short(bars[i].Label))}</text>");
            svg.Append(Invariant, $"<rect class=\"mark\" x=\"{LabelWidth}\" y=\"{y}\" width=\"{width:F1}\" height=\"18\" rx=\"2\"/>");
            svg.Append(
                Invariant,
                $"<text x=\"{LabelWidth + width + 8:F1}\" y=\"{y + 14}\">"
                + $"{bars[i].Value:#,0.##}{(chart.Unit == "%" ? " %" : "")}</text>");
        }
        if (hidden > 0)
            svg.Append(
                Invariant,
                $"<text x=\"{LabelWidth}\" y=\"{bars.Count * BarHeight + 18}\">{hidden:N0} more stand in the table.</text>");
        return svg.Append("</svg>").ToString();
    }

    static StringBuilder Open(ReportChart chart, int height) => new StringBuilder().Append(
        Invariant,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" role=\"img\" "
        + $"aria-label=\"{HtmlReport.Text(chart.Title)}\">"
        + $"<title>{HtmlReport.Text(chart.Title)}</title><desc>{HtmlReport.Text(chart.Unit)}</desc>");

    static string Short(string label) => label.Length <= 38 ? label : string.Concat(label.AsSpan(0, 37), "…");
}
