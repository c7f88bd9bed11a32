using System.CommandLine;
using MigrationFunctions.Core.Reporting;

namespace Migrate.Commands;

/// <summary><c>migrate report</c>: the report on a run or a reconciliation, to standard output or into a file.</summary>
static class ReportCommand
{
    public static Command Create(CliServices services)
    {
        var command = new Command("report", "Write the report on a run, or with --reconciliation on a reconciliation.");
        var id = new Argument<string>("ID") { Description = "The run or the reconciliation." };
        var ofReconciliation = new Option<bool>("--reconciliation") { Description = "ID is that of a reconciliation." };
        var format = EnumOption.Create<ReportFormat>("--format", "md (the default), csv (zipped), json or html.");
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The file to write. [default: standard output]" };
        command.Arguments.Add(id);
        foreach (var option in new Option[] { ofReconciliation, format, output })
            command.Options.Add(option);
        var options = new ServiceOptions(services, command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var form = EnumOption.Get<ReportFormat>(parsed, format)
                ?? (parsed.GetValue(options.Json) ? ReportFormat.Json : ReportFormat.Md);
            var file = parsed.GetValue(output);
            if (form == ReportFormat.Csv && file is null)
                throw new UsageException("--format", "The CSV files come as a ZIP archive.", "Name a file with --output.");
            using var client = options.CreateClient(parsed);
            var kind = parsed.GetValue(ofReconciliation) ? "reconciliations" : "migrations";
            var report = await client.GetReportAsync(
                $"{kind}/{Uri.EscapeDataString(parsed.GetRequiredValue(id))}", form, cancellationToken);
            if (file is null)
                await services.Console.Output.WriteAsync(System.Text.Encoding.UTF8.GetString(report));
            else
                await WriteAsync(file, report, cancellationToken);
            return ExitCodes.Done;
        });
        return command;
    }

    static async Task WriteAsync(FileInfo file, byte[] report, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllBytesAsync(file.FullName, report, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException("--output", e.Message, "Name a file that can be written.");
        }
    }
}
