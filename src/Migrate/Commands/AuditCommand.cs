using System.CommandLine;
using System.Globalization;
using Migrate.Output;
using MigrationFunctions.Core.Auditing;
using MigrationFunctions.Core.Model;

namespace Migrate.Commands;

/// <summary><c>migrate audit</c>: who did what, and whether the log is as it was written.</summary>
static class AuditCommand
{
    const int UsualEntries = 100;
    const int MostEntries = 1_000;

    public static Command Create(CliServices services) => new("audit", "Look at the audit log.")
    {
        Verify(services), List(services),
    };

    static Command Verify(CliServices services)
    {
        var command = new Command("verify", "Compute the audit log's chain of hashes again; exit code 1 when it is broken.");
        var mode = Mode();
        command.Options.Add(mode);
        var options = new ServiceOptions(services, command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = options.CreateClient(parsed);
            var answer = await client.VerifyAuditAsync(EnumOption.Get<RunMode>(parsed, mode) ?? RunMode.Full, cancellationToken);
            if (parsed.GetValue(options.Json))
                services.Console.Document(answer.Body);
            else
                services.Console.Line(SafeText.Of(Verdict(answer.Value)));
            return ExitCodes.Of(answer.Value);
        });
        return command;
    }

    static Command List(CliServices services)
    {
        var command = new Command("list", "List entries of the audit log, the oldest first.");
        var mode = Mode();
        var subject = new Option<string?>("--subject") { Description = "A run, reconciliation or repair. [default: all]" };
        var after = new Option<long>("--after") { Description = "The number of the entry after which to begin." };
        var take = RejectsCommand.Number("--take", "Entries to list.", 1, MostEntries, UsualEntries);
        foreach (var option in new Option[] { mode, subject, after, take })
            command.Options.Add(option);
        var options = new ServiceOptions(services, command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = options.CreateClient(parsed);
            var answer = await client.ListAuditAsync(
                EnumOption.Get<RunMode>(parsed, mode) ?? RunMode.Full, parsed.GetValue(subject), parsed.GetValue(after),
                parsed.GetValue(take), cancellationToken);
            if (parsed.GetValue(options.Json))
                services.Console.Document(answer.Body);
            else
                Print(services.Console, answer.Value.Entries);
            return ExitCodes.Done;
        });
        return command;
    }

    static Option<string?> Mode() =>
        EnumOption.Create<RunMode>("--mode", "Whose target: full (the default) or rehearsal.");

    static string Verdict(AuditVerdict audit) => audit.IsIntact
        ? string.Create(CultureInfo.InvariantCulture, $"Intact: {audit.Entries:N0} entries, head {audit.Head}.")
        : $"BROKEN: {audit.Problem}";

    static void Print(CliConsole console, IReadOnlyList<AuditLine> entries)
    {
        var table = PlainTable.Create(1, ["number", "at (UTC)", "who", "subject", "action", "tenant", "outcome"]).WithFigures(0);
        table.Columns[1].NoWrap = true;
        table.Columns[3].NoWrap = true;
        foreach (var line in entries)
            table.Add([.. new[]
            {
                line.Number.ToString(CultureInfo.InvariantCulture), RunOutput.Time(line.Entry.At), line.Entry.Actor, line.Entry.Subject,
                line.Entry.Action, line.Entry.Tenant, line.Entry.Outcome,
            }.Select(PlainTable.Cell)]);
        console.Draw(table);
    }
}
