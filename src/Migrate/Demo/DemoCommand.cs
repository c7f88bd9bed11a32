using System.CommandLine;
using MigrationFunctions.Core.Batches;

namespace Migrate.Demo;

/// <summary><c>migrate demo</c>: a real migration on this machine with one command and no set-up.</summary>
public static class DemoCommand
{
    public static Command Create(CliServices services)
    {
        var rows = new Option<long>("--rows") { Description = "Students and enrollments in all.", DefaultValueFactory = _ => 20_000 };
        var seed = new Option<int>("--seed") { Description = "Seed of the generated legacy data.", DefaultValueFactory = _ => 1 };
        var districts = new Option<int>("--districts") { Description = "Districts (tenants).", DefaultValueFactory = _ => 3 };
        var mode = new Option<RunMode>("--mode") { Description = "full, rehearsal or dryRun.", DefaultValueFactory = _ => RunMode.Full };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        rows.Validators.Add(r => Require(r.GetValueOrDefault<long>() is >= 100 and <= 100_000_000, r, "--rows must be from 100 to 100,000,000."));
        districts.Validators.Add(r => Require(r.GetValueOrDefault<int>() is >= 1 and <= 1_000, r, "--districts must be from 1 to 1,000."));
        var command = new Command("demo", "Migrate a generated legacy school database into PostgreSQL, and show the account.")
        {
            rows, seed, districts, mode, json,
        };
        command.SetAction((parsed, cancellationToken) => new DemoRun(services, new DemoOptions(
            parsed.GetValue(rows), parsed.GetValue(seed), parsed.GetValue(districts), parsed.GetValue(mode),
            parsed.GetValue(json))).RunAsync(cancellationToken));
        return command;
    }

    static void Require(bool holds, System.CommandLine.Parsing.OptionResult result, string message)
    {
        if (!holds)
            result.AddError(message);
    }
}
