using System.IO.Compression;
using System.Text;

namespace MigrationFunctions.Core.Reporting;

/// <summary>A report as a ZIP archive of CSV files (RFC 4180, UTF-8), one for each table and one for the facts. Text that a
/// spreadsheet would take for a formula is led by an apostrophe (OWASP, "CSV Injection").</summary>
public static class CsvReport
{
    public static byte[] Render(Report report)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "report", ["name", "value"], [
                ["title", report.Title], ["verdict", report.Verdict], ["account", report.Equation],
                .. report.Facts.Select(IReadOnlyList<object?> (f) => [f.Name, f.Value]),
            ]);
            foreach (var table in report.Tables)
                Add(archive, table.Name, table.Columns, table.Rows);
        }
        return bytes.ToArray();
    }

    /// <summary>A table as CSV.</summary>
    public static string Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<object?>> rows)
    {
        var text = new StringBuilder();
        text.AppendJoin(',', columns.Select(c => Quote(c))).Append("\r\n");
        foreach (var row in rows)
            text.AppendJoin(',', row.Select(Field)).Append("\r\n");
        return text.ToString();
    }

    static void Add(
        ZipArchive archive, string name, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<object?>> rows)
    {
        using var file = archive.CreateEntry(name + ".csv").Open();
        file.Write(Encoding.UTF8.GetBytes(Table(columns, rows)));
    }

    static string Field(object? cell)
    {
        var text = ReportText.Plain(cell);
        var isFormula = cell is string && text.Length > 0 && text[0] is ('=' or '+' or '-' or '@' or '\t' or '\r');
        return Quote(isFormula ? "'" + text : text);
    }

    static string Quote(string text) =>
        text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
