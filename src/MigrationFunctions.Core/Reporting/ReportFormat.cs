using System.Text;

namespace MigrationFunctions.Core.Reporting;

/// <summary>The forms of a report.</summary>
public enum ReportFormat
{
    /// <summary>Markdown.</summary>
    Md,

    /// <summary>A ZIP archive of CSV files.</summary>
    Csv,

    /// <summary>JSON.</summary>
    Json,

    /// <summary>One self-contained page.</summary>
    Html,
}

/// <summary>A report as a file.</summary>
public sealed record ReportFile(byte[] Content, string ContentType, string Extension)
{
    public static ReportFile Of(Report report, ReportFormat format) => format switch
    {
        ReportFormat.Md => new(Encoding.UTF8.GetBytes(MarkdownReport.Render(report)), "text/markdown; charset=utf-8", "md"),
        ReportFormat.Csv => new(CsvReport.Render(report), "application/zip", "zip"),
        ReportFormat.Json => new(Encoding.UTF8.GetBytes(JsonReport.Render(report)), "application/json; charset=utf-8", "json"),
        ReportFormat.Html => new(Encoding.UTF8.GetBytes(HtmlReport.Render(report)), "text/html; charset=utf-8", "html"),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such form."),
    };
}
