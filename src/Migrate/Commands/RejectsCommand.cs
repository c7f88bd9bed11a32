using System.CommandLine;
using Migrate.Output;
using MigrationFunctions.Core.Ledger;

namespace Migrate.Commands;

/// <summary><c>migrate rejects</c>: rejected rows by their keys.</summary>
static class RejectsCommand
{
    const int UsualRows = 100;
    const int MostRows = 1_000;

    public static Command Create(CliServices services)
    {
        var command = new Command("rejects", "List rejected rows by their legacy keys.");
        var runId = RunIdArgument.Required();
        var tenant = new Option<string?>("--tenant") { Description = "Legacy key of a tenant. [default: all]" };
        var entity = new Option<string?>("--entity") { Description = "An entity. [default: all]" };
        var rule = new Option<string?>("--rule") { Description = "A rule, such as orphan. [default: all]" };
        var state = EnumOption.Create<RejectState>("--state", "Open rejections (the default), closed ones, or all.");
        var skip = Number("--skip", "Rows to pass over.", 0, int.MaxValue, 0);
        var take = Number("--take", "Rows to list.", 1, MostRows, UsualRows);
        command.Arguments.Add(runId);
        foreach (var option in new Option[] { tenant, entity, rule, state, skip, take })
            command.Options.Add(option);
        var options = new ServiceOptions(services, command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = options.CreateClient(parsed);
            var filter = new RejectFilter(
                parsed.GetValue(tenant), parsed.GetValue(entity), parsed.GetValue(rule),
                EnumOption.Get<RejectState>(parsed, state) ?? RejectState.Open);
            var answer = await client.ListRejectsAsync(
                parsed.GetRequiredValue(runId), filter, parsed.GetValue(skip), parsed.GetValue(take), cancellationToken);
            if (parsed.GetValue(options.Json))
                services.Console.Document(answer.Body);
            else
                Print(services.Console, answer.Value.Rejects);
            return ExitCodes.Done;
        });
        return command;
    }

    internal static Option<int> Number(string name, string description, int least, int most, int usual)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var number && (number < least || number > most))
                result.AddError($"{name} must be from {least} to {most}.");
        });
        return option;
    }

    static void Print(CliConsole console, IReadOnlyList<RejectLine> rejects)
    {
        var table = PlainTable.Create("tenant", "entity", "legacy key", "column", "rule", "reason", "closed");
        foreach (var row in rejects)
            table.Add([.. new[]
            {
                row.Tenant, row.Entity, row.LegacyKey, row.Column, row.Rule, row.Reason,
                row.ClosedAs is null ? "" : $"{row.ClosedAs} by {row.ClosedBy}",
            }.Select(PlainTable.Cell)]);
        console.Draw(table);
    }
}
