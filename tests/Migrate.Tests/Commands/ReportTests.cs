using Migrate.Tests.Running;
using MigrationFunctions.Contracts;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Ledger;

namespace Migrate.Tests.Commands;

public sealed class ReportTests
{
    const string Report = "GET /api/migrations/" + Runs.Id + "/report";
    static readonly string Head = new('a', 64);

    [Fact]
    public async Task A_report_goes_to_standard_output_as_it_came()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Report, "# Run\n").On("GET /api/reconciliations/r1/report", "<p/>");

        var run = await Cli.RunAsync(service, "report", Runs.Id);
        var reconciliation = await Cli.RunAsync(service, "report", "r1", "--reconciliation", "--format", "html");

        Assert.Equal((ExitCodes.Done, "# Run\n"), (run.ExitCode, run.Output));
        Assert.Equal((ExitCodes.Done, "<p/>"), (reconciliation.ExitCode, reconciliation.Output));
        Assert.Equal(["?format=md", "?format=html"], service.Requests.Select(r => r.Query));
    }

    [Fact]
    public async Task An_archive_goes_into_a_file()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(Report, http => http.Response.Body.WriteAsync(new byte[] { 0x50, 0x4b, 0xff, 0 }).AsTask());
        var folder = Directory.CreateTempSubdirectory("report-");
        try
        {
            var file = Path.Combine(folder.FullName, "report.zip");
            var written = await Cli.RunAsync(service, "report", Runs.Id, "--format", "csv", "--output", file);
            var unnamed = await Cli.RunAsync(service, "report", Runs.Id, "--format", "csv");
            var nowhere = await Cli.RunAsync(
                service, "report", Runs.Id, "--output", Path.Combine(folder.FullName, "none", "report.md"));

            Assert.Equal(ExitCodes.Done, written.ExitCode);
            Assert.Equal([0x50, 0x4b, 0xff, 0], await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
            Assert.Equal((ExitCodes.WrongUse, ExitCodes.WrongUse), (unnamed.ExitCode, nowhere.ExitCode));
            Assert.Contains("--output", unnamed.Error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Rejected_rows_are_asked_for_page_by_page()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On(
            $"GET /api/migrations/{Runs.Id}/rejects",
            new RejectPage(Runs.Id, [new RejectLine("7", "student", 2, "1001", "LastName", "nulCharacter", "It holds U+0000.")]));

        var result = await Cli.RunAsync(
            service, "rejects", Runs.Id, "--tenant", "7&8", "--rule", "orphan", "--skip", "5", "--take", "2");

        Assert.Equal("?skip=5&take=2&tenant=7%268&rule=orphan", Assert.Single(service.Requests).Query);
        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Contains("7       student  1001        LastName  nulCharacter  It holds U+0000.", result.Lines());
    }

    [Theory]
    [InlineData(true, null, ExitCodes.Done, "Intact: 1,234 entries, head ")]
    [InlineData(false, "Entry 3 is missing.", ExitCodes.NotEqual, "BROKEN: Entry 3 is missing.")]
    public async Task The_exit_code_says_whether_the_log_is_intact(bool isIntact, string? problem, int exitCode, string told)
    {
        await using var service = await ScriptedService.StartAsync();
        service.On("GET /api/audit/verify", new AuditVerdict(isIntact, 1_234, Head, isIntact ? null : 3, problem));

        var result = await Cli.RunAsync(service, "audit", "verify", "--mode", "rehearsal");

        Assert.Equal("?mode=rehearsal", Assert.Single(service.Requests).Query);
        Assert.Equal(exitCode, result.ExitCode);
        Assert.StartsWith(told, Assert.Single(result.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entries_are_listed()
    {
        await using var service = await ScriptedService.StartAsync();
        service.On("GET /api/audit", new AuditPage(
            [new AuditLine(
                5,
                new AuditEntry(Runs.Id, AuditActions.TenantFinished, "system", Runs.Requested)
                {
                    Tenant = "7", Outcome = "completed",
                },
                Head)]));

        var result = await Cli.RunAsync(service, "audit", "list", "--subject", Runs.Id, "--after", "4", "--take", "3");

        Assert.Equal($"?mode=full&after=4&take=3&subject={Runs.Id}", Assert.Single(service.Requests).Query);
        Assert.Contains(
            $"     5 2026-03-01 08:00:00 system {Runs.Id} tenantFinished 7      completed", result.Lines());
    }
}
