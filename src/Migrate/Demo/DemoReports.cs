using Migrate.Client;
using Migrate.Output;
using MigrationFunctions.Core.Reporting;

namespace Migrate.Demo;

/// <summary>Fetches a report in every form, as <c>migrate report</c> would.</summary>
static class DemoReports
{
    /// <param name="kind"><c>migrations</c> or <c>reconciliations</c>.</param>
    public static async Task WriteAsync(
        CliConsole console, MigrationClient client, DirectoryInfo folder, string kind, string id,
        CancellationToken cancellationToken)
    {
        folder.Create();
        foreach (var format in Enum.GetValues<ReportFormat>())
        {
            var report = await client.GetReportAsync($"{kind}/{id}", format, cancellationToken);
            var extension = format == ReportFormat.Csv ? "zip" : format.ToString().ToLowerInvariant();
            var file = Path.Combine(folder.FullName, $"{kind}.{extension}");
            await File.WriteAllBytesAsync(file, report, cancellationToken);
            console.Note($"Report: {file}");
        }
    }
}
