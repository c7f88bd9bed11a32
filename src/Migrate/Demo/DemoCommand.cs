using System.CommandLine;
using System.CommandLine.Parsing;
using MigrationFunctions.Core.Batches;
using Migrate.Commands;

namespace Migrate.Demo;

/// <summary><c>migrate demo</c>: a real migration on this machine with one command and no set-up.</summary>
public static class DemoCommand
{
    public static Command Create(CliServices services)
    {
        var scenario = EnumOption.Create<DemoScenario>("--scenario", "What the rows are. [default: school]");
        var rows = new Option<long?>("--rows")
        {
            Description = "Students and enrollments in all [default: 20000], or assessment results [default: 5000000].",
        };
        var seed = Number("--seed", "Seed of the generated legacy data.", 1);
        var districts = Number("--districts", "Districts (tenants).", 3);
        var mode = new Option<RunMode>("--mode")
        {
            Description = "full, rehearsal or dryRun.", DefaultValueFactory = _ => RunMode.Full,
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        rows.Validators.Add(r => Require(
            r.GetValueOrDefault<long?>() is null or (>= 100 and <= 1_000_000_000), r,
            "--rows must be from 100 to 1,000,000,000."));
        districts.Validators.Add(r => Require(
            r.GetValueOrDefault<int>() is >= 1 and <= 500, r, "--districts must be from 1 to 500."));
        var command = new Command(
            "demo", "Migrate a generated legacy school database into PostgreSQL, and show the account.")
        {
            scenario, rows, seed, districts, mode, json,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var what = EnumOption.Get<DemoScenario>(parsed, scenario) ?? DemoScenario.School;
            var options = new DemoOptions(
                what, parsed.GetValue(rows) ?? DemoOptions.DefaultRows(what), parsed.GetValue(seed),
                parsed.GetValue(districts), parsed.GetValue(mode), parsed.GetValue(json));
            return new DemoRun(services, options).RunAsync(cancellationToken);
        });
        return command;
    }

    static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    static void Require(bool holds, OptionResult result, string message)
    {
        if (!holds)
            result.AddError(message);
    }
}
